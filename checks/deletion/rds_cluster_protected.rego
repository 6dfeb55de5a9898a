# METADATA
# title: DB clusters have deletion protection on
# description: >-
#   Aurora, Multi-AZ, DocumentDB and Neptune clusters carry the flag for all of their members. With it on,
#   DeleteDBCluster is refused until somebody first takes it off.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_DeleteCluster.html
#   - ref: https://docs.aws.amazon.com/documentdb/latest/developerguide/db-cluster-delete.html
#   - ref: https://docs.aws.amazon.com/neptune/latest/userguide/manage-console-instances-delete.html
# custom:
#   id: deletion-rds-cluster-protected
#   layer: deletion
#   severity: critical
#   severity_outside_production: medium
#   subject: db_cluster
#   needs: [rds.db_clusters]
#   evidence: each
#   facts: [protection.deletion_protection, engine]
#   remediation:
#     terraform: |
#       resource "aws_rds_cluster" "this" { # likewise aws_docdb_cluster, aws_neptune_cluster
#         deletion_protection = true
#       }
#     cli: |
#       aws rds modify-db-cluster --db-cluster-identifier NAME --deletion-protection --apply-immediately
#       # likewise: aws docdb modify-db-cluster, aws neptune modify-db-cluster
#   frameworks:
#     nist_800_53_r5: [CM-3, SC-5(2), SI-13(5)]
#     nist_csf_2_0: [PR.DS-01, PR.IR-03]
#     iso_27001_2022: [A.5.33]
#     soc2_tsc_2017: [A1.2]
#     hipaa_security_rule: [164.312(c)(1)]
#     dora: [Art. 9(2)]
#     nis2: [Art. 21(2)(c)]
#     aws_fsbp: [RDS.7, DocumentDB.5, Neptune.4]
package palisade.deletion.rds_cluster_protected

import data.palisade.lib.words

verdict := {
	"status": "not_applicable",
	"message": sprintf("The cluster is not judged as data: %s.", [words.no_deletion_subject]),
} if {
	words.no_deletion_subject
} else := {
	"status": "pass",
	"message": "Deletion protection is on: DeleteDBCluster is refused until somebody first takes it off.",
} if {
	input.subject.protection.deletion_protection == true
} else := {
	"status": "fail",
	"message": "Deletion protection is off: two calls, for the members and for the cluster, destroy this database.",
} if {
	input.subject.protection.deletion_protection == false
}
