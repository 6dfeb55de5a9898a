# METADATA
# title: Database snapshots are neither public nor shared outside the organization
# description: >-
#   A snapshot is the whole database. One that is public can be restored by any AWS account; one that is shared outside
#   the organization has left it. Sharing with accounts of the organization is how copies come to another account, and
#   passes.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ShareSnapshot.html
# custom:
#   id: deletion-rds-snapshots-private
#   layer: deletion
#   severity: high
#   severity_outside_production: medium
#   subject: rds_snapshot
#   needs:
#     - organization.accounts
#     - rds.db_snapshots
#     - rds.db_cluster_snapshots
#     - rds.db_snapshot_attributes
#     - rds.db_cluster_snapshot_attributes
#   evidence: each
#   facts: [public, shared_with, shared_outside, snapshot_type]
#   remediation:
#     terraform: |
#       resource "aws_db_snapshot" "this" {
#         shared_accounts = [] # ids of the organization's own accounts alone
#       }
#     cli: |
#       aws rds modify-db-snapshot-attribute --db-snapshot-identifier NAME --attribute-name restore --values-to-remove all
#       aws rds modify-db-cluster-snapshot-attribute --db-cluster-snapshot-identifier NAME --attribute-name restore --values-to-remove all
#   frameworks:
#     nist_800_53_r5: [AC-3, AC-6, SC-7]
#     nist_csf_2_0: [PR.AA-05, PR.DS-01]
#     cis_controls_8_1: ["3.3"]
#     iso_27001_2022: [A.5.15, A.8.3]
#     soc2_tsc_2017: [CC6.1]
#     hipaa_security_rule: [164.312(a)(1)]
#     dora: [Art. 9(2)]
#     nis2: [Art. 21(2)(i)]
#     asd_essential_eight: ["8.5"]
#     aws_fsbp: [RDS.1, DocumentDB.3, Neptune.3]
package palisade.deletion.rds_snapshots_private

import data.palisade.lib.words

verdict := {
	"status": "fail",
	"message": sprintf("The snapshot of %s is public: any AWS account can restore the database from it.", [input.subject.source_identifier]),
} if {
	input.subject.public == true
} else := {
	"status": "fail",
	"message": sprintf("The snapshot of %s is shared outside the organization, with %s.", [
		input.subject.source_identifier,
		words.some_of(input.subject.shared_outside),
	]),
} if {
	count(outside) > 0
} else := {
	"status": "pass",
	"message": sprintf("The snapshot of %s is shared with nobody.", [input.subject.source_identifier]),
} if {
	input.subject.public == false
	count(shared) == 0
} else := {
	"status": "pass",
	"message": sprintf("The snapshot of %s is shared inside the organization alone, with %s.", [
		input.subject.source_identifier,
		words.some_of(input.subject.shared_with),
	]),
} if {
	input.subject.public == false
	count(shared) > 0
	count(outside) == 0
} else := {
	"status": "unknown",
	"message": sprintf("The snapshot of %s is shared with %s; which accounts belong to the organization is not known.", [
		input.subject.source_identifier,
		words.some_of(input.subject.shared_with),
	]),
} if {
	input.subject.public == false
	count(shared) > 0
	is_null(input.subject.shared_outside)
}

shared := input.subject.shared_with if is_array(input.subject.shared_with)

outside := input.subject.shared_outside if is_array(input.subject.shared_outside)
