//! Tests of compatibility dates and flags.
