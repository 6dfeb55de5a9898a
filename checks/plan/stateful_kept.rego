# METADATA
# title: The plan deletes and replaces nothing that holds data
# description: >-
#   A replacement is a deletion: what is made anew is empty. Every planned deletion or replacement of a resource that
#   holds data is a blocker, joined with what the inventory knows would be left of it. What its owner classes as
#   operational or derived, an empty bucket, and what lies in an environment that is known and is not production, are
#   none.
# related_resources:
#   - ref: https://developer.hashicorp.com/terraform/internals/json-format#change-representation
#   - ref: https://developer.hashicorp.com/terraform/language/meta-arguments/lifecycle
# custom:
#   id: plan-stateful-kept
#   layer: deletion
#   severity: critical
#   subject: planned_change
#   needs:
#     - rds.db_instances
#     - rds.db_clusters
#     - dynamodb.tables
#     - s3.buckets
#   evidence: forall
#   facts: [address, resource_type, actions, replace_paths, live]
#   remediation:
#     note: >-
#       Find out what makes it necessary (replace_paths names the attributes) and plan again without that; a move is no
#       deletion.
#     terraform: |
#       resource "aws_db_instance" "main" {
#         # …
#         lifecycle {
#           prevent_destroy = true # the plan then ends in an error
#         }
#       }
#
#       moved {
#         from = aws_db_instance.old
#         to   = aws_db_instance.main
#       }
#     cli: |
#       terraform plan -out=plan.tfplan && terraform show -json plan.tfplan > plan.json
#   frameworks:
#     nist_800_53_r5: [CM-3, CM-4, CP-9]
#     nist_csf_2_0: [PR.PS-01, PR.DS-11]
#     iso_27001_2022: [A.8.13, A.8.32]
#     soc2_tsc_2017: [CC8.1]
#     dora: [Art. 9(4)]
#     nis2: [Art. 21(2)(c)]
package palisade.plan.stateful_kept

import data.palisade.lib.plan
import data.palisade.lib.words

# What holds data, or what data cannot be read without.
stateful := {
	"aws_cognito_user_pool",
	"aws_db_instance",
	"aws_docdb_cluster",
	"aws_docdb_global_cluster",
	"aws_docdbelastic_cluster",
	"aws_dsql_cluster",
	"aws_dynamodb_global_table",
	"aws_dynamodb_table",
	"aws_ebs_volume",
	"aws_ecr_repository",
	"aws_efs_file_system",
	"aws_elasticache_cluster",
	"aws_elasticache_replication_group",
	"aws_elasticache_serverless_cache",
	"aws_elasticsearch_domain",
	"aws_fsx_lustre_file_system",
	"aws_fsx_ontap_file_system",
	"aws_fsx_ontap_volume",
	"aws_fsx_openzfs_file_system",
	"aws_fsx_openzfs_volume",
	"aws_fsx_windows_file_system",
	"aws_keyspaces_keyspace",
	"aws_keyspaces_table",
	"aws_kinesis_stream",
	"aws_kms_external_key",
	"aws_kms_key",
	"aws_kms_replica_key",
	"aws_lightsail_database",
	"aws_memorydb_cluster",
	"aws_msk_cluster",
	"aws_msk_serverless_cluster",
	"aws_neptune_cluster",
	"aws_neptunegraph_graph",
	"aws_opensearch_domain",
	"aws_opensearchserverless_collection",
	"aws_qldb_ledger",
	"aws_rds_cluster",
	"aws_rds_global_cluster",
	"aws_redshift_cluster",
	"aws_redshiftserverless_namespace",
	"aws_s3_bucket",
	"aws_s3_directory_bucket",
	"aws_s3tables_table",
	"aws_s3tables_table_bucket",
	"aws_secretsmanager_secret",
	"aws_timestreaminfluxdb_db_instance",
	"aws_timestreamwrite_database",
	"aws_timestreamwrite_table",
	"awscc_dsql_cluster",
	"awscc_dynamodb_global_table",
	"awscc_dynamodb_table",
	"awscc_efs_file_system",
	"awscc_kms_key",
	"awscc_rds_db_cluster",
	"awscc_rds_db_instance",
	"awscc_rds_global_cluster",
	"awscc_s3_bucket",
	"awscc_secretsmanager_secret",
}

verdict := {
	"status": "not_applicable",
	"message": sprintf("The plan %s a resource of type %s, which holds no data of its own.", [plan.done, input.subject.resource_type]),
} if {
	not input.subject.resource_type in stateful
} else := {
	"status": "unknown",
	"message": sprintf("What the plan does to it is not known: it names the actions %s.", [concat(", ", input.subject.actions)]),
} if {
	plan.unclear
} else := {
	"status": "pass",
	"message": sprintf("The plan %s it: it stays.", [plan.done]),
} if {
	not plan.removes
} else := {
	"status": "not_applicable",
	"message": sprintf("The plan %s it, and %s.", [plan.done, plan.elsewhere]),
} if {
	plan.elsewhere
} else := {
	"status": "pass",
	"message": sprintf("The plan %s the bucket, and nothing lies in it.", [plan.done]),
} if {
	input.subject.live.holds == false
} else := {
	"status": "fail",
	"message": sprintf("The plan %s %s%s: %s.", [plan.done, named, because, left]),
} if {
	plan.removes
}

live := input.subject.live

named := sprintf("%s (%s)", [live.name, live.arn]) if {
	live.arn
} else := "it"

because := sprintf(", because %s changes", [concat(", ", input.subject.replace_paths)]) if {
	count(input.subject.replace_paths) > 0
} else := ""

# What would be left of it.
left := "the inventory does not hold it, so that nobody can say what would be left" if {
	is_null(live)
} else := "this would leave no survivor" if {
	live.tier == "none"
	live.tier_at_best == "none"
} else := "this would leave nothing that outlives its account: every copy shares its fate" if {
	live.tier == "shared_fate"
	live.tier_at_best == "shared_fate"
} else := sprintf("what would be left is not known: %s for certain, %s at best", [words.tier(live.tier), words.tier(live.tier_at_best)]) if {
	is_string(live.tier)
	live.tier != live.tier_at_best
} else := sprintf("%s would be left, %s, its data %s old", [live.survivor, words.tier(live.tier), words.hours(live.survivor_age_hours)]) if {
	live.tier in {"isolated", "immutable"}
	is_number(live.survivor_age_hours)
} else := "what would be left of it could not be told"
