variable "name" {
  description = "What everything made here is called."
  type        = string
  default     = "palisade"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}$", var.name))
    error_message = "Lower-case letters, digits and hyphens are wanted, 2 to 31 of them."
  }
}

variable "external_id" {
  description = "A secret that whoever assumes the audit role has to name. Make one with `openssl rand -hex 16`."
  type        = string
  sensitive   = true

  validation {
    condition     = length(var.external_id) >= 16
    error_message = "At least 16 characters are wanted."
  }
}

variable "organizational_unit_ids" {
  description = "Where the audit role is put: the root (r-…) for every member account, or organizational units (ou-…)."
  type        = list(string)

  validation {
    condition     = length(var.organizational_unit_ids) > 0 && alltrue([for id in var.organizational_unit_ids : can(regex("^(r|ou)-[a-z0-9-]+$", id))])
    error_message = "Ids such as r-ab12 or ou-ab12-cdef3456 are wanted."
  }
}

variable "audit_template_file" {
  description = "The template of the audit role. With DynamoDB lock tables: the output of `palisade permissions --lock-table NAME --format cloudformation`. Empty: the one that lies here."
  type        = string
  default     = ""
}

variable "image" {
  description = "The image of palisade, by digest: 111122223333.dkr.ecr.eu-central-1.amazonaws.com/palisade@sha256:…"
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets whose way out reaches the AWS APIs (NAT, or VPC endpoints for every service and region that is read)."
  type        = list(string)
}

variable "vpc_id" {
  description = "The VPC of the subnets."
  type        = string
}

variable "schedule" {
  description = "When the scan runs, as an EventBridge Scheduler expression."
  type        = string
  default     = "cron(17 3 * * ? *)"
}

variable "schedule_timezone" {
  description = "The time zone of the schedule."
  type        = string
  default     = "UTC"
}

variable "arguments" {
  description = "Further arguments of `palisade scan`, such as [\"--fail-on-new\", \"--no-state-content\"]."
  type        = list(string)
  default     = ["--fail-on-new"]
}

variable "notify_topic_arn" {
  description = "An SNS topic that is told what changed. Empty: none."
  type        = string
  default     = ""
}

variable "report_retention_days" {
  description = "How long old versions of reports and of the store are kept."
  type        = number
  default     = 400
}

variable "object_lock_days" {
  description = "Object Lock (compliance) of every report, in days; 0 leaves it off. It can only be switched on with the bucket."
  type        = number
  default     = 0
}

variable "cpu" {
  description = "CPU units of the task."
  type        = number
  default     = 1024
}

variable "memory" {
  description = "Memory of the task, in MiB: 2048 holds an organization of some hundred accounts."
  type        = number
  default     = 4096
}
