# METADATA
# title: Copies land in an account that holds no data of its own
# description: >-
#   Copies that lie in a workload account share its fate: whoever destroys its data reaches them too. At least one
#   account receives copies and holds no data of its own.
# related_resources:
#   - ref: https://docs.aws.amazon.com/aws-backup/latest/devguide/create-cross-account-backup.html
# custom:
#   id: separation-backup-account-dedicated
#   layer: separation
#   severity: critical
#   subject: organization
#   needs:
#     - organization.accounts
#     - backup.vaults
#     - backup.recovery_points
#     - backup.plans
#     - backup.copy_jobs
#     - rds.db_snapshots
#     - rds.db_cluster_snapshots
#     - rds.db_instances
#     - rds.db_clusters
#     - dynamodb.tables
#     - s3.buckets
#     - s3.bucket_tags
#   evidence: exists
#   facts: [backup_accounts, data_resources]
#   remediation:
#     terraform: |
#       resource "aws_backup_plan" "daily" {
#         name = "daily"
#         rule {
#           rule_name         = "daily"
#           target_vault_name = aws_backup_vault.local.name
#           schedule          = "cron(0 5 * * ? *)"
#           copy_action {
#             destination_vault_arn = "arn:aws:backup:eu-central-1:BACKUP_ACCOUNT:backup-vault:copies"
#           }
#         }
#       }
#     cli: |
#       aws organizations create-account --account-name backup --email aws+backup@example.com
#       aws backup update-global-settings --global-settings isCrossAccountBackupEnabled=true
#   frameworks:
#     nist_800_53_r5: [AC-5, CP-6(1), CP-9(3)]
#     nist_csf_2_0: [PR.DS-11, PR.IR-01]
#     cis_controls_8_1: ["11.3", "11.4"]
#     iso_27001_2022: [A.8.13]
#     soc2_tsc_2017: [A1.2]
#     hipaa_security_rule: [164.308(a)(7)(ii)(A)]
#     dora: [Art. 12(3)]
#     nis2: [Art. 21(2)(c)]
#     asd_essential_eight: ["8.3"]
package palisade.separation.backup_account_dedicated

import data.palisade.lib.words

verdict := {
	"status": "pass",
	"message": sprintf("Copies land in account %s, which holds no data of its own.", [concat(", ", sort(dedicated))]),
} if {
	count(dedicated) > 0
} else := {
	"status": "unknown",
	"message": sprintf("Copies land in account %s, but whether it holds data of its own could not be seen.", [concat(", ", sort(unseen))]),
} if {
	count(unseen) > 0
} else := {
	"status": "unknown",
	"message": sprintf("Account %s is named to receive copies, but what its vaults hold could not be seen.", [concat(", ", sort(named))]),
} if {
	count(named) > 0
} else := {
	"status": "not_applicable",
	"message": "The organization holds no production data that could be copied.",
} if {
	input.subject.data_resources == 0
	not words.unread(words.data_lists | {"organization.accounts"})
} else := {
	"status": "fail",
	"message": sprintf("Copies land only in accounts that hold data of their own: %s.", [concat("; ", sort(mixed))]),
} if {
	count(mixed) > 0
} else := {
	"status": "fail",
	"message": sprintf("No account receives copies: %s depend on their own accounts alone.", [
		words.counted(input.subject.data_resources, "production resource"),
	]),
} if {
	count(receiving) == 0
}

# Declared but empty is no backup account.
receiving := [account | some account in input.subject.backup_accounts; count(account.copies_of) > 0]

# Empty counts only where everything that lists data was read there.
dedicated contains account.account if {
	some account in receiving
	account.copies_seen == true
	account.data_resources == 0
	not data_unread(account.account)
}

# A plan that names a vault proves no copy in it.
named contains account.account if {
	some account in receiving
	not account.copies_seen == true
	account.data_resources == 0
}

unseen contains account.account if {
	some account in receiving
	not is_number(account.data_resources)
}

unseen contains account.account if {
	some account in receiving
	account.data_resources == 0
	data_unread(account.account)
}

mixed contains sprintf("%s with %s", [account.account, words.counted(account.data_resources, "data resource")]) if {
	some account in receiving
	account.data_resources > 0
}

data_unread(account) if {
	some gap in input.subject.unread
	gap.account == account
	gap.collection in words.data_lists
}
