# METADATA
# title: A fresh copy outlives the deletion of the database itself
# description: >-
#   DeleteDBInstance and DeleteDBCluster take the automated backups and automated snapshots with them unless the caller
#   asks otherwise. A manual snapshot or a recovery point of AWS Backup, a continuous one included, stays. One whose
#   data is younger than `rpo_hours` must be there. It need not lie in another account: that is what the backup layer
#   asks.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html
# custom:
#   id: deletion-rds-survives-delete
#   layer: deletion
#   severity: critical
#   severity_outside_production: medium
#   subject: [db_instance, db_cluster]
#   needs:
#     - rds.db_instances
#     - rds.db_clusters
#     - rds.db_snapshots
#     - rds.db_cluster_snapshots
#     - backup.vaults
#     - backup.recovery_points
#   evidence: exists
#   facts: [copies, cluster, protection.backup_retention_days]
#   remediation:
#     terraform: |
#       resource "aws_backup_selection" "databases" {
#         name         = "databases"
#         plan_id      = aws_backup_plan.daily.id
#         iam_role_arn = aws_iam_role.backup.arn
#         resources    = [aws_db_instance.this.arn]
#       }
#     cli: |
#       aws rds create-db-snapshot --db-instance-identifier NAME --db-snapshot-identifier NAME-manual
#       aws rds create-db-cluster-snapshot --db-cluster-identifier NAME --db-cluster-snapshot-identifier NAME-manual
#   frameworks:
#     nist_800_53_r5: [CP-9, CP-10]
#     nist_csf_2_0: [PR.DS-11]
#     cis_controls_8_1: ["11.2", "11.3"]
#     iso_27001_2022: [A.8.13]
#     soc2_tsc_2017: [A1.2]
#     hipaa_security_rule: [164.308(a)(7)(ii)(A), 164.310(d)(2)(iv)]
#     dora: [Art. 12(1)]
#     nis2: [Art. 21(2)(c)]
#     asd_essential_eight: ["8.1", "8.3"]
package palisade.deletion.rds_survives_delete

import data.palisade.lib.words

verdict := {
	"status": "not_applicable",
	"message": sprintf("The data of this member belongs to the cluster %s, which is judged.", [input.subject.cluster]),
} if {
	is_string(input.subject.cluster)
} else := {
	"status": "not_applicable",
	"message": sprintf("The database is not judged as data: %s.", [words.no_deletion_subject]),
} if {
	words.no_deletion_subject
} else := {
	"status": "pass",
	"message": sprintf("%s would outlive the deletion of this database; the youngest has data %s old.", [
		words.counted(count(survivors), "fresh copy"),
		words.youngest(survivors),
	]),
} if {
	count(survivors) > 0
} else := {
	"status": "fail",
	"message": sprintf("Deleting this database leaves nothing younger than %s: the youngest copy that stays has data %s old.", [
		words.hours(data.config.rpo_hours),
		words.youngest(staying),
	]),
} if {
	count(staying) > 0
} else := {
	"status": "fail",
	"message": sprintf("Deleting this database leaves nothing: its %s would go with it or cannot be restored.", [
		words.counted(count(copies), "backup"),
	]),
} if {
	count(copies) > 0
} else := {
	"status": "fail",
	"message": "Deleting this database leaves nothing: it has no backup of any kind.",
} if {
	count(copies) == 0
}

copies := input.subject.copies if is_array(input.subject.copies)

staying contains copy if {
	some copy in copies
	copy.kind in {"manual_snapshot", "recovery_point"}
	copy.outlives_delete == true
	copy.usable == true
	is_number(copy.age_hours)
}

survivors contains copy if {
	some copy in staying
	words.fresh(copy)
}
