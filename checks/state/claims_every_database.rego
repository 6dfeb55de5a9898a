# METADATA
# title: One Terraform state owns every production data store
# description: >-
#   A data store that no remote state claims is managed from a laptop or by hand; one that two states claim is destroyed by
#   either. Exactly one remote state claims it with a managed instance (data sources never claim), or a CloudFormation stack
#   does. What is managed elsewhere cannot be seen from here and is unknown.
# related_resources:
#   - https://developer.hashicorp.com/terraform/language/state/remote
# custom:
#   id: state-claims-every-database
#   layer: state
#   severity: critical
#   subject: [db_instance, db_cluster, dynamodb_table, s3_bucket]
#   needs: [rds.db_instances, rds.db_clusters, dynamodb.tables, s3.buckets, state.lock_items, state.objects, state.content, state.claims]
#   evidence: exists
#   facts: [claims, managed_by]
#   remediation:
#     note: Import into the one state that shall own it; remove it from every other with `terraform state rm`, which destroys nothing.
#     terraform: |
#       import {
#         to = aws_db_instance.main
#         id = "DB_IDENTIFIER"
#       }
#     cli: terraform state rm ADDRESS_IN_THE_OTHER_STATE
#   frameworks:
#     nist_800_53_r5: [CM-2, CM-8]
#     nist_csf_2_0: [ID.AM-02]
#     iso_27001_2022: [A.8.9]
#     cis_controls_8_1: ["4.1"]
#     soc2_tsc_2017: [CC8.1]
package palisade.state.claims_every_database

import data.palisade.lib.words

verdict := {"status": "not_applicable", "message": why} if {
	why := words.no_production_data
} else := {
	"status": "not_applicable",
	"message": sprintf("a member of cluster %s, which is judged in its place", [input.subject.cluster]),
} if {
	input.subject.cluster != null
} else := {
	"status": "unknown",
	"message": sprintf("[state.external] says that %s manages it; palisade cannot look there", [input.subject.managed_by.what]),
} if {
	input.subject.managed_by.kind == "external"
	count(input.subject.claims) == 0
} else := {
	"status": "fail",
	"message": sprintf("claimed %d times, so that a destroy of any of them takes it: %s", [count(input.subject.claims), concat(", ", claimants)]),
} if {
	count(input.subject.claims) > 1
} else := {
	"status": "fail",
	"message": sprintf("claimed both by CloudFormation (%s) and by Terraform (%s)", [input.subject.managed_by.stack, concat(", ", claimants)]),
} if {
	count(input.subject.claims) == 1
	input.subject.managed_by.kind == "cloud_formation"
} else := {
	"status": "pass",
	"message": sprintf("claimed once: %s", [concat(", ", claimants)]),
} if {
	count(input.subject.claims) == 1
} else := {
	"status": "pass",
	"message": sprintf("claimed by its CloudFormation stack %s", [input.subject.managed_by.stack]),
} if {
	input.subject.managed_by.kind == "cloud_formation"
} else := {
	"status": "fail",
	"message": "no remote Terraform state claims it: it is managed from a laptop, by hand, or not at all",
} if {
	count(input.subject.claims) == 0
}

claimants := [sprintf("%s in %s", [claim.address, claim.state]) | some claim in input.subject.claims]
