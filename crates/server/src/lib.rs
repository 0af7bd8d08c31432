//! The service: routes, pages, settings and the marketpulse command.
