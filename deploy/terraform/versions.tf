terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.60, < 7.0"
      # default: the account that runs the scan. management: the organization's management account, where the stack set is
      # made and where stack sets do not reach.
      configuration_aliases = [aws.management]
    }
  }
}
