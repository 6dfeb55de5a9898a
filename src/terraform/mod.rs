//! GROUND FLOOR: Terraform's state format, version 4, read as a stream.
