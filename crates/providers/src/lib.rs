//! One folder per upstream: fetch its answers and read them into domain types.
