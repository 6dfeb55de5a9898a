# METADATA
# title: No key that data or its copies depend on is dying
# description: >-
#   Deleting a KMS key destroys everything that it encrypts, copies included, without touching any of it. A key that
#   encrypts data or a copy is neither pending deletion nor disabled, and its imported material does not expire within
#   `key_material_days`. Keys that AWS manages cannot be deleted by anybody.
# related_resources:
#   - ref: https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
#   - ref: https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
#   - ref: https://docs.aws.amazon.com/kms/latest/developerguide/importing-keys.html
# custom:
#   id: deletion-kms-keys-alive
#   layer: deletion
#   severity: critical
#   severity_outside_production: medium
#   subject: kms_key
#   needs: [kms.keys]
#   evidence: each
#   facts: [state, manager, origin, deletion_in_hours, material_expires_in_hours, encrypts, encrypts_count]
#   remediation:
#     terraform: |
#       resource "aws_kms_key" "this" {
#         deletion_window_in_days = 30
#         is_enabled              = true
#         lifecycle {
#           prevent_destroy = true
#         }
#       }
#     cli: |
#       aws kms cancel-key-deletion --key-id KEY_ARN && aws kms enable-key --key-id KEY_ARN
#       # imported material: aws kms import-key-material --expiration-model KEY_MATERIAL_DOES_NOT_EXPIRE …
#   frameworks:
#     nist_800_53_r5: [SC-12, SC-12(1)]
#     nist_csf_2_0: [PR.DS-01]
#     iso_27001_2022: [A.8.24]
#     soc2_tsc_2017: [CC6.1]
#     hipaa_security_rule: [164.312(c)(1)]
#     dora: [Art. 9(4)]
#     nis2: [Art. 21(2)(h)]
#     aws_fsbp: [KMS.3]
package palisade.deletion.kms_keys_alive

import data.palisade.lib.words

verdict := {
	"status": "not_applicable",
	"message": "The key encrypts neither data nor a copy of it.",
} if {
	input.subject.encrypts_data == false
	input.subject.encrypts_copies == false
} else := {
	"status": "pass",
	"message": "AWS manages this key: nobody can delete or disable it.",
} if {
	input.subject.manager == "AWS"
} else := {
	"status": "fail",
	"message": sprintf("The key is deleted in %s, and with it %s; CancelKeyDeletion still stops that.", [
		words.hours(input.subject.deletion_in_hours),
		load,
	]),
} if {
	input.subject.state in {"PendingDeletion", "PendingReplicaDeletion"}
	is_number(input.subject.deletion_in_hours)
} else := {
	"status": "fail",
	"message": sprintf("The key is %s: %s cannot be read, and nothing can be restored from it.", [input.subject.state, load]),
} if {
	input.subject.state in dead
} else := {
	"status": "fail",
	"message": sprintf("The key's imported material expires in %s; unless it is imported anew, %s cannot be read from then on.", [
		words.hours(input.subject.material_expires_in_hours),
		load,
	]),
} if {
	is_number(input.subject.material_expires_in_hours)
	input.subject.material_expires_in_hours < data.config.key_material_days * 24
} else := {
	"status": "pass",
	"message": sprintf("The key is enabled and not about to go; it encrypts %s.", [load]),
} if {
	input.subject.manager == "CUSTOMER"
	input.subject.state in {"Enabled", "Updating"}
}

dead := {"PendingDeletion", "PendingReplicaDeletion", "Disabled", "PendingImport", "Unavailable"}

load := sprintf("%d resources and copies", [input.subject.encrypts_count]) if {
	input.subject.encrypts_count > 1
} else := "one resource or copy"
