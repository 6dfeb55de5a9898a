# METADATA
# title: Databases keep automated backups for long enough
# description: >-
#   Automated backups are what a wrong statement or a bad migration is undone with. They are kept for at least
#   `backup_retention_days`; 0 days is no backup at all. A read replica's own automated backups are off by default: its
#   source is judged. A cluster member's are its cluster's.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.html
# custom:
#   id: deletion-rds-backups-retained
#   layer: deletion
#   severity: high
#   severity_outside_production: medium
#   subject: [db_instance, db_cluster]
#   needs: [rds.db_instances, rds.db_clusters]
#   evidence: each
#   facts: [protection.backup_retention_days, cluster, replica_of, engine]
#   remediation:
#     terraform: |
#       resource "aws_db_instance" "this" { # likewise aws_rds_cluster, aws_docdb_cluster, aws_neptune_cluster
#         backup_retention_period = 14
#       }
#     cli: |
#       aws rds modify-db-instance --db-instance-identifier NAME --backup-retention-period 14 --apply-immediately
#       aws rds modify-db-cluster --db-cluster-identifier NAME --backup-retention-period 14 --apply-immediately
#   frameworks:
#     nist_800_53_r5: [CP-9, CP-10]
#     nist_csf_2_0: [PR.DS-11]
#     cis_controls_8_1: ["11.2"]
#     iso_27001_2022: [A.8.13]
#     soc2_tsc_2017: [A1.2]
#     hipaa_security_rule: [164.308(a)(7)(ii)(A)]
#     dora: [Art. 12(1)]
#     nis2: [Art. 21(2)(c)]
#     asd_essential_eight: ["8.1"]
#     aws_fsbp: [RDS.11, DocumentDB.2, Neptune.5]
package palisade.deletion.rds_backups_retained

import data.palisade.lib.words

verdict := {
	"status": "not_applicable",
	"message": sprintf("This member of the cluster %s has no automated backups of its own; the cluster's are judged.", [input.subject.cluster]),
} if {
	is_string(input.subject.cluster)
} else := {
	"status": "not_applicable",
	"message": sprintf("This is a read replica of %s, whose automated backups are judged.", [input.subject.replica_of]),
} if {
	is_string(input.subject.replica_of)
} else := {
	"status": "not_applicable",
	"message": sprintf("The database is not judged as data: %s.", [words.no_deletion_subject]),
} if {
	words.no_deletion_subject
} else := {
	"status": "pass",
	"message": sprintf("Automated backups are kept for %s; %s are wanted.", [words.days(kept), words.days(wanted)]),
} if {
	kept >= wanted
} else := {
	"status": "fail",
	"message": "Automated backups are off: no earlier moment of this database can be restored.",
} if {
	kept == 0
} else := {
	"status": "fail",
	"message": sprintf("Automated backups are kept for only %s; %s are wanted.", [words.days(kept), words.days(wanted)]),
} if {
	kept < wanted
}

kept := input.subject.protection.backup_retention_days if is_number(input.subject.protection.backup_retention_days)

wanted := data.config.backup_retention_days
