# METADATA
# title: The versions of states cannot simply be deleted
# description: >-
#   Versioning alone does not stop DeleteObjectVersion. Something structural stands: Object Lock with a default
#   retention in compliance mode (whoever may bypass governance deletes), MFA delete, a guard that closes the deletion of
#   its versions to everybody, root and administrators included, and that nobody there can lift, or replication to a
#   bucket of another account.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
#   - ref: https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiFactorAuthenticationDelete.html
# custom:
#   id: state-bucket-deletion-guarded
#   layer: state
#   severity: high
#   severity_outside_production: medium
#   subject: state_bucket
#   needs:
#     - s3.buckets
#     - dynamodb.tables
#     - state.lock_items
#     - state.objects
#     - s3.bucket_versioning
#     - s3.bucket_object_lock
#     - s3.bucket_replication
#     - s3.bucket_policy
#     - organization.description
#     - organization.roots
#     - organization.units
#     - organization.accounts
#     - organization.scps
#     - organization.rcps
#   evidence: exists
#   facts: [object_lock, mfa_delete, replicated_to_other_account, versions_closed, versions_open_to]
#   remediation:
#     terraform: |
#       resource "aws_s3_bucket_object_lock_configuration" "state" {
#         bucket = aws_s3_bucket.state.id
#         rule {
#           default_retention {
#             mode = "COMPLIANCE"
#             days = 30
#           }
#         }
#       }
#     cli: |
#       aws s3api put-object-lock-configuration --bucket BUCKET \
#         --object-lock-configuration 'ObjectLockEnabled=Enabled,Rule={DefaultRetention={Mode=COMPLIANCE,Days=30}}'
#   frameworks:
#     nist_800_53_r5: [CP-9, CP-9(3), SI-12]
#     nist_csf_2_0: [PR.DS-11]
#     cis_aws_foundations_7_0: ["3.1.2"]
#     cis_controls_8_1: ["11.3"]
#     iso_27001_2022: [A.5.33, A.8.13]
#     soc2_tsc_2017: [A1.2]
#     dora: [Art. 12(1)]
#     nis2: [Art. 21(2)(c)]
#     asd_essential_eight: ["8.6"]
package palisade.state.bucket_deletion_guarded

import data.palisade.lib.words

verdict := {
	"status": "pass",
	"message": "Object Lock keeps every new version of its states in compliance mode for a default retention.",
} if {
	input.subject.object_lock == true
} else := {
	"status": "pass",
	"message": "MFA delete stands before the deletion of its versions.",
} if {
	input.subject.mfa_delete == true
} else := {
	"status": "pass",
	"message": "Deleting its versions is closed to everybody, root and administrators included, and nobody there can lift the guard.",
} if {
	input.subject.versions_closed == true
} else := {
	"status": "pass",
	"message": "Its states are replicated to a bucket of another account.",
} if {
	input.subject.replicated_to_other_account == true
} else := {
	"status": "not_applicable",
	"message": "The bucket holds copies of states alone, which lie elsewhere too.",
} if {
	input.subject.copies_only == true
} else := {
	"status": "unknown",
	"message": sprintf("Nothing else guards its %s, and whether they are replicated to another account could not be told.", [states]),
} if {
	is_null(input.subject.replicated_to_other_account)
} else := {
	"status": "unknown",
	"message": sprintf("Nothing else guards its %s, and whether a policy closes the deletion of versions could not be told.", [states]),
} if {
	is_null(input.subject.versions_closed)
} else := {
	"status": "fail",
	"message": sprintf("Whoever may delete versions deletes its %s for good: no Object Lock in compliance mode, no MFA delete, no copy in another account, and no guard closes it%s.", [states, open]),
} if {
	input.subject.versions_closed == false
	input.subject.object_lock == false
	input.subject.mfa_delete == false
	input.subject.replicated_to_other_account == false
}

states := words.counted(input.subject.states, "state")

open := sprintf(" (open to: %s)", [input.subject.versions_open_to]) if {
	is_string(input.subject.versions_open_to)
} else := ""
