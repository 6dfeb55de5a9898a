//! Tests of survival over inventories.
