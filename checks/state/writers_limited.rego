# METADATA
# title: Few principals can write or delete Terraform states
# description: >-
#   At most `max_state_writers` principals reach the right to write or delete the states in the bucket, by
#   themselves or through any chain. Whoever writes a state decides what the next apply destroys. Platform roles
#   count as one.
# related_resources:
#   - ref: https://developer.hashicorp.com/terraform/language/backend/s3
# custom:
#   id: state-writers-limited
#   layer: state
#   severity: high
#   severity_outside_production: medium
#   subject: state_bucket
#   needs:
#     - iam.authorization_details
#     - organization.description
#     - organization.roots
#     - organization.units
#     - organization.accounts
#     - organization.scps
#     - organization.rcps
#     - organization.delegated_administrators
#     - organization.trusted_services
#     - organization.central_root
#     - s3.buckets
#     - s3.bucket_policy
#     - state.objects
#   evidence: forall
#   facts: [writers.count, writers.shown, writers.platform, states]
#   remediation:
#     terraform: |
#       data "aws_iam_policy_document" "states" {
#         statement {
#           effect    = "Deny"
#           actions   = ["s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion"]
#           resources = ["${aws_s3_bucket.states.arn}/*"]
#           principals {
#             type        = "*"
#             identifiers = ["*"]
#           }
#           condition {
#             test     = "ArnNotLike"
#             variable = "aws:PrincipalArn"
#             values   = ["arn:aws:iam::111122223333:role/deploy"]
#           }
#         }
#       }
#     cli: |
#       aws s3api put-bucket-policy --bucket BUCKET --policy file://policy.json
#   frameworks:
#     nist_800_53_r5: [AC-6, CM-5, AC-3]
#     nist_csf_2_0: [PR.AA-05]
#     cis_controls_8_1: ["6.8"]
#     iso_27001_2022: [A.8.2, A.8.9, A.8.4]
#     soc2_tsc_2017: [CC6.1, CC6.3]
#     pci_dss_4_0_1: ["7.2.2"]
#     dora: [Art. 9(4)]
#     nis2: [Art. 21(2)(i)]
package palisade.state.writers_limited

import data.palisade.lib.words

verdict := {
	"status": "not_applicable",
	"message": "The bucket holds copies of states alone, which nothing reads.",
} if {
	input.subject.copies_only == true
} else := {
	"status": "unknown",
	"message": "The bucket is in the list of no account that was scanned, so that nobody knows who writes to it.",
} if {
	is_null(input.subject.writers)
} else := {
	"status": "fail",
	"message": sprintf("%s can write or delete its %s, more than %d: %s.", [
		words.counted(input.subject.writers.count, "principal"),
		words.counted(input.subject.states, "state"),
		data.config.max_state_writers,
		words.some_of(names),
	]),
} if {
	input.subject.writers.count > data.config.max_state_writers
} else := {
	"status": "pass",
	"message": sprintf("%s can write or delete its %s, no more than %d%s.", [
		words.counted(input.subject.writers.count, "principal"),
		words.counted(input.subject.states, "state"),
		data.config.max_state_writers,
		listed,
	]),
} if {
	input.subject.writers.count <= data.config.max_state_writers
}

names := [reacher.who | some reacher in input.subject.writers.shown]

listed := sprintf(": %s", [words.some_of(names)]) if {
	count(names) > 0
} else := ""
