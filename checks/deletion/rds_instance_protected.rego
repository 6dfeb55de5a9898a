# METADATA
# title: Deletion protection is on for every DB instance that holds data
# description: >-
#   With deletion protection on, DeleteDBInstance is refused until somebody first takes the protection off: one careless or
#   malicious call is no longer enough. A member of an Aurora, Multi-AZ, DocumentDB or Neptune cluster takes the flag from
#   its cluster and is judged there. For a read replica a failure is medium, because its source still holds the data.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html
# custom:
#   id: deletion-rds-instance-protected
#   layer: deletion
#   severity: critical
#   subject: db_instance
#   needs: [rds.db_instances]
#   evidence: each
#   facts: [protection.deletion_protection, cluster, replica_of, engine]
#   remediation:
#     note: >-
#       Set it in Terraform as well where Terraform manages the instance: a later apply takes off what the state does not
#       know.
#     terraform: |
#       resource "aws_db_instance" "this" {
#         deletion_protection = true
#       }
#     cli: |
#       aws rds modify-db-instance --db-instance-identifier NAME --deletion-protection --apply-immediately
#   frameworks:
#     nist_800_53_r5: [CP-9, SC-5, SI-13]
#     nist_csf_2_0: [PR.DS-01, PR.IR-01]
#     iso_27001_2022: [A.8.10, A.8.13]
#     soc2_tsc_2017: [A1.2, CC6.1]
#     hipaa_security_rule: [164.308(a)(7)(i)]
#     dora: [Article 9]
#     nis2: [Article 21(2)(c)]
#     aws_fsbp: [RDS.8]
package palisade.deletion.rds_instance_protected

import data.palisade.lib.words

verdict := {
	"status": "not_applicable",
	"message": sprintf("A member of the cluster %s takes deletion protection from it and is judged there.", [input.subject.cluster]),
} if {
	is_string(input.subject.cluster)
} else := {
	"status": "pass",
	"message": "Deletion protection is on: DeleteDBInstance is refused until somebody first takes it off.",
} if {
	input.subject.protection.deletion_protection == true
} else := {
	"status": "fail",
	"severity": "medium",
	"message": sprintf("Deletion protection is off: one DeleteDBInstance call destroys this read replica of %s, whose data its source still holds.", [input.subject.replica_of]),
} if {
	is_string(input.subject.replica_of)
	input.subject.protection.deletion_protection == false
} else := {
	"status": "not_applicable",
	"message": sprintf("Not judged as data: %s.", [words.no_deletion_subject]),
} if {
	words.no_deletion_subject
} else := {
	"status": "fail",
	"message": "Deletion protection is off: one DeleteDBInstance call destroys this database.",
} if {
	input.subject.protection.deletion_protection == false
}
