//! A market that never existed, and fake upstreams that speak it over HTTP, with faults.
