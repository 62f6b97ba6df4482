//! Flags that several commands share, each declared once and meaning the same everywhere.
