# METADATA
# title: DB instances have deletion protection on
# description: >-
#   With deletion protection on, DeleteDBInstance is refused until somebody first takes the protection off: one careless
#   or malicious call is no longer enough. A member of an Aurora, Multi-AZ, DocumentDB or Neptune cluster takes the flag
#   from its cluster and is judged there. For a read replica a failure is medium, because its source still holds the
#   data.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html
# custom:
#   id: deletion-rds-instance-protected
#   layer: deletion
#   severity: critical
#   severity_outside_production: medium
#   subject: db_instance
#   needs: [rds.db_instances]
#   evidence: each
#   facts: [protection.deletion_protection, cluster, replica_of, engine]
#   remediation:
#     note: >-
#       Set it in Terraform as well where Terraform manages the instance: the next apply turns off what its
#       configuration does not say.
#     terraform: |
#       resource "aws_db_instance" "this" {
#         deletion_protection = true
#       }
#     cli: |
#       aws rds modify-db-instance --db-instance-identifier NAME --deletion-protection --apply-immediately
#   frameworks:
#     nist_800_53_r5: [CM-3, SC-5(2), SI-13(5)]
#     nist_csf_2_0: [PR.DS-01, PR.IR-03]
#     iso_27001_2022: [A.5.33]
#     soc2_tsc_2017: [A1.2]
#     hipaa_security_rule: [164.312(c)(1)]
#     dora: [Art. 9(2)]
#     nis2: [Art. 21(2)(c)]
#     aws_fsbp: [RDS.8]
package palisade.deletion.rds_instance_protected

import data.palisade.lib.words

verdict := {
	"status": "not_applicable",
	"message": sprintf("This member of the cluster %s takes deletion protection from it and is judged there.", [input.subject.cluster]),
} if {
	is_string(input.subject.cluster)
} else := {
	"status": "not_applicable",
	"message": sprintf("The instance is not judged as data: %s.", [words.no_deletion_subject]),
} if {
	not replica
	words.no_deletion_subject
} else := {
	"status": "pass",
	"message": "Deletion protection is on: DeleteDBInstance is refused until somebody first takes it off.",
} if {
	input.subject.protection.deletion_protection == true
} else := {
	"status": "fail",
	"severity": "medium",
	"message": sprintf("Deletion protection is off: one DeleteDBInstance call destroys this read replica; its source %s still holds the data.", [input.subject.replica_of]),
} if {
	replica
	input.subject.protection.deletion_protection == false
} else := {
	"status": "fail",
	"message": "Deletion protection is off: one DeleteDBInstance call destroys this database.",
} if {
	input.subject.protection.deletion_protection == false
}

# A replica is derived, and judged all the same; what its owner calls operational is not.
replica if {
	is_string(input.subject.replica_of)
	input.subject.class in ["data", "unclassified", "derived"]
}
