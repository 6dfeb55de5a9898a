# METADATA
# title: A fresh copy of production data lies in another region
# description: >-
#   A region that fails, or that an attacker empties region by region, takes every copy in it. A usable copy younger
#   than `rpo_hours` lies in another region. `[backup] cross_region = false` turns this off where data must not leave
#   its region.
# related_resources:
#   - ref: https://docs.aws.amazon.com/aws-backup/latest/devguide/cross-region-backup.html
# custom:
#   id: backup-cross-region-copy
#   layer: backup
#   severity: medium
#   subject: [db_instance, db_cluster, dynamodb_table, s3_bucket]
#   needs:
#     - rds.db_instances
#     - rds.db_clusters
#     - dynamodb.tables
#     - dynamodb.tags
#     - s3.buckets
#     - s3.bucket_tags
#     - organization.account_tags
#     - rds.db_snapshots
#     - rds.db_cluster_snapshots
#     - backup.vaults
#     - backup.recovery_points
#     - rds.db_instance_automated_backups
#     - rds.db_cluster_automated_backups
#     - backup.plans
#     - backup.copy_jobs
#   evidence: exists
#   facts: [copies, region]
#   remediation:
#     terraform: |
#       resource "aws_backup_plan" "daily" {
#         name = "daily"
#         rule {
#           rule_name         = "daily"
#           target_vault_name = aws_backup_vault.local.name
#           schedule          = "cron(0 5 * * ? *)"
#           lifecycle {
#             delete_after = 35
#           }
#           copy_action {
#             destination_vault_arn = "arn:aws:backup:eu-central-1:BACKUP_ACCOUNT:backup-vault:copies"
#             lifecycle {
#               delete_after = 35
#             }
#           }
#         }
#       }
#     cli: |
#       aws backup start-copy-job --recovery-point-arn POINT_ARN --source-backup-vault-name local \
#         --destination-backup-vault-arn arn:aws:backup:OTHER_REGION:BACKUP_ACCOUNT:backup-vault:copies --iam-role-arn ROLE_ARN
#   frameworks:
#     nist_800_53_r5: [CP-6, CP-6(1)]
#     nist_csf_2_0: [PR.DS-11, PR.IR-03]
#     iso_27001_2022: [A.8.13, A.8.14]
#     soc2_tsc_2017: [A1.2]
#     hipaa_security_rule: [164.308(a)(7)(ii)(B)]
#     dora: [Art. 12(1)]
#     nis2: [Art. 21(2)(c)]
#     asd_essential_eight: ["8.3"]
package palisade.backup.cross_region_copy

import data.palisade.lib.words

verdict := {
	"status": "not_applicable",
	"message": sprintf("The data of this member belongs to the cluster %s, which is judged.", [input.subject.cluster]),
} if {
	is_string(input.subject.cluster)
} else := {
	"status": "not_applicable",
	"message": sprintf("This is not production data: %s.", [words.no_production_data]),
} if {
	words.no_production_data
} else := {
	"status": "not_applicable",
	"message": "Copies in another region are not wanted: [backup] cross_region is false.",
} if {
	data.config.backup.cross_region == false
} else := {
	"status": "pass",
	"message": sprintf("A %s in %s holds data %s old; less than %s are wanted.", [
		words.kind_of(witness),
		witness.region,
		words.hours(witness.age_hours),
		words.hours(data.config.rpo_hours),
	]),
} if {
	witness
} else := {
	"status": "fail",
	"message": sprintf("The youngest usable copy in another region holds data %s old; less than %s are wanted.", [
		words.youngest(elsewhere),
		words.hours(data.config.rpo_hours),
	]),
} if {
	count(elsewhere) > 0
} else := {
	"status": "fail",
	"message": sprintf("No usable copy lies outside %s.", [input.subject.region]),
} if {
	count(elsewhere) == 0
	copies
}

copies := input.subject.copies if is_array(input.subject.copies)

elsewhere := [copy |
	some copy in copies
	copy.kind in {"recovery_point", "manual_snapshot", "replicated_automated_backup"}
	copy.other_region == true
	copy.usable == true
	is_number(copy.age_hours)
	not words.expired(copy)
]

witness := [copy | some copy in elsewhere; words.fresh(copy)][0]
