# METADATA
# title: What the state records of a database’s protection is what AWS reports
# description: >-
#   A protection that was taken off by hand after the last apply is on in the state and off in truth, and a database
#   that the state records but AWS does not report has been destroyed or renamed. What the state records is compared
#   with what AWS reports.
# related_resources:
#   - ref: https://developer.hashicorp.com/terraform/tutorials/state/resource-drift
# custom:
#   id: state-matches-reality
#   layer: state
#   severity: medium
#   severity_outside_production: low
#   subject: state_database
#   needs:
#     - s3.buckets
#     - dynamodb.tables
#     - state.lock_items
#     - state.objects
#     - state.content
#     - rds.db_instances
#     - rds.db_clusters
#     - dynamodb.continuous_backups
#   evidence: each
#   facts: [found, differences, live_deletion_protection, live_backup_retention_days, live_point_in_time_recovery]
#   remediation:
#     terraform: |
#       # Decide which of the two is right, say it in the configuration, and apply:
#       resource "aws_db_instance" "this" {
#         deletion_protection = true
#       }
#     cli: |
#       terraform plan -refresh-only
#   frameworks:
#     nist_800_53_r5: [CM-2, CM-6]
#     nist_csf_2_0: [PR.PS-01]
#     cis_controls_8_1: ["4.1"]
#     iso_27001_2022: [A.8.9]
#     soc2_tsc_2017: [CC7.1, CC8.1]
#     dora: [Art. 9(4)]
#     nis2: [Art. 21(2)(e)]
package palisade.state.matches_reality

import data.palisade.lib.words

verdict := {
	"status": "fail",
	"message": sprintf("%s in %s records a database that AWS does not report: it was destroyed or renamed outside of Terraform.", [
		input.subject.address,
		input.subject.state,
	]),
} if {
	input.subject.found == false
} else := {
	"status": "unknown",
	"message": sprintf("%s in %s records a database whose account or region was not read.", [input.subject.address, input.subject.state]),
} if {
	is_null(input.subject.found)
} else := {
	"status": "fail",
	"message": sprintf("%s in %s differs from AWS: %s.", [input.subject.address, input.subject.state, words.some_of(told)]),
} if {
	count(told) > 0
} else := {
	"status": "unknown",
	"message": sprintf("%s in %s records nothing of its protection that could be compared with AWS.", [input.subject.address, input.subject.state]),
} if {
	input.subject.found == true
	count(told) == 0
	not compared
} else := {
	"status": "pass",
	"message": sprintf("%s in %s records what AWS reports.", [input.subject.address, input.subject.state]),
} if {
	input.subject.found == true
	count(told) == 0
}

differences := input.subject.differences if is_array(input.subject.differences)

told := [sprintf("%s is %s in the state and %s in AWS", [difference.setting, difference.recorded, difference.live]) |
	some difference in differences
] if differences

# Protection is what matters here: a retention alone that agrees says nothing of it.
compared if is_boolean(input.subject.recorded.deletion_protection)

compared if is_boolean(input.subject.recorded.deletion_protection_enabled)
