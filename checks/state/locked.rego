# METADATA
# title: The newest write of every state held a lock
# description: >-
#   Two applies at once write a state that owns half of each, and the next one destroys the other half. The newest write
#   was covered by a lock: the lock table's digest is that of the object (`dynamodb_table`; deprecated since Terraform
#   1.11, and valid), or versions of the lock file bracket it (`use_lockfile`). That a backend is configured to lock
#   proves nothing: only a write that held the lock does.
# related_resources:
#   - ref: https://developer.hashicorp.com/terraform/language/backend/s3#state-locking
# custom:
#   id: state-locked
#   layer: state
#   severity: critical
#   severity_outside_production: medium
#   subject: state_object
#   needs:
#     - s3.buckets
#     - dynamodb.tables
#     - state.lock_items
#     - state.objects
#     - s3.bucket_versioning
#     - state.lock_versions
#     - state.locks
#     - state.content
#   evidence: exists
#   facts: [lock, copy]
#   remediation:
#     terraform: |
#       terraform {
#         backend "s3" {
#           bucket       = "BUCKET"
#           key          = "KEY"
#           region       = "REGION"
#           use_lockfile = true
#         }
#       }
#     cli: |
#       terraform init -reconfigure -backend-config=use_lockfile=true
#   frameworks:
#     nist_800_53_r5: [CM-3, SI-7]
#     nist_csf_2_0: [PR.PS-01]
#     iso_27001_2022: [A.8.32]
#     soc2_tsc_2017: [CC8.1]
#     dora: [Art. 9(4)]
#     nis2: [Art. 21(2)(e)]
package palisade.state.locked

verdict := {
	"status": "not_applicable",
	"message": sprintf("This object is a copy of a state (%s), no owner.", [replace(input.subject.copy, "_", " ")]),
} if {
	is_string(input.subject.copy)
} else := {
	"status": "pass",
	"message": sprintf("Its newest write held the lock: the digest in the table %s is this object's.", [lock.table]),
} if {
	lock.kind == "table_digest"
} else := {
	"status": "pass",
	"message": sprintf("Its newest write held the lock: versions of %s bracket it.", [lock.key]),
} if {
	lock.kind == "lock_file"
} else := {
	"status": "fail",
	"message": sprintf("Its newest write held no lock: %s.", [trim_suffix(lock.why, ".")]),
} if {
	lock.kind == "uncovered"
} else := {
	"status": "unknown",
	"message": sprintf("Whether its newest write held a lock cannot be told: %s.", [trim_suffix(lock.why, ".")]),
} if {
	lock.kind == "unknown"
}

lock := input.subject.lock
