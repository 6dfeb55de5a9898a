# METADATA
# title: State versions cannot simply be deleted
# description: >-
#   Versioning alone does not stop DeleteObjectVersion. Something structural stands: Object Lock with a default retention, MFA
#   delete, or replication to a bucket of another account. (A closed deny on deleting its versions will count too once policies are evaluated.)
# related_resources:
#   - https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
#   - https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiFactorAuthenticationDelete.html
# custom:
#   id: state-bucket-deletion-guarded
#   layer: state
#   severity: high
#   subject: state_bucket
#   needs: [s3.buckets, s3.bucket_versioning, s3.bucket_object_lock, s3.bucket_replication, dynamodb.tables, state.lock_items, state.objects]
#   evidence: exists
#   facts: [object_lock, mfa_delete, replicated_to_other_account]
#   remediation:
#     terraform: |
#       resource "aws_s3_bucket_object_lock_configuration" "state" {
#         bucket = "BUCKET"
#         rule {
#           default_retention {
#             mode = "COMPLIANCE"
#             days = 30
#           }
#         }
#       }
#     cli: aws s3api put-object-lock-configuration --bucket BUCKET --object-lock-configuration 'ObjectLockEnabled=Enabled,Rule={DefaultRetention={Mode=COMPLIANCE,Days=30}}'
#   frameworks:
#     nist_800_53_r5: [CP-9, SI-7]
#     nist_csf_2_0: [PR.DS-11]
#     iso_27001_2022: [A.8.13]
#     soc2_tsc_2017: [A1.2]
package palisade.state.bucket_deletion_guarded

verdict := {"status": "pass", "message": "Object Lock keeps its versions for a default retention"} if {
	input.subject.object_lock == true
} else := {"status": "pass", "message": "MFA delete guards its versions"} if {
	input.subject.mfa_delete == true
} else := {"status": "pass", "message": "its states are replicated to a bucket of another account"} if {
	input.subject.replicated_to_other_account == true
} else := {
	"status": "unknown",
	"message": "its states are replicated, but to which account could not be told",
} if {
	input.subject.replicated_to_other_account == null
} else := {
	"status": "fail",
	"message": sprintf("whoever may delete versions deletes its %d state(s) for good: no Object Lock, no MFA delete, no copy in another account", [input.subject.states]),
}
