# METADATA
# title: Global clusters have deletion protection on
# description: >-
#   A global cluster ties clusters of several regions together; with deletion protection on, DeleteGlobalCluster is
#   refused and the regions stay tied. Each member cluster is judged for its own flag beside it.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-deleting.html
# custom:
#   id: deletion-rds-global-cluster-protected
#   layer: deletion
#   severity: high
#   severity_outside_production: medium
#   subject: global_cluster
#   needs: [rds.global_clusters]
#   evidence: each
#   facts: [deletion_protection, members]
#   remediation:
#     terraform: |
#       resource "aws_rds_global_cluster" "this" {
#         deletion_protection = true
#       }
#     cli: |
#       aws rds modify-global-cluster --global-cluster-identifier NAME --deletion-protection
#   frameworks:
#     nist_800_53_r5: [CM-3, SC-5(2)]
#     nist_csf_2_0: [PR.IR-03]
#     iso_27001_2022: [A.5.33, A.8.14]
#     soc2_tsc_2017: [A1.2]
#     dora: [Art. 9(2)]
#     nis2: [Art. 21(2)(c)]
package palisade.deletion.rds_global_cluster_protected

import data.palisade.lib.words

verdict := {
	"status": "pass",
	"message": "Deletion protection is on: DeleteGlobalCluster is refused until somebody first takes it off.",
} if {
	input.subject.deletion_protection == true
} else := {
	"status": "fail",
	"message": sprintf("Deletion protection is off: DeleteGlobalCluster takes this global cluster of %s apart.", [words.counted(count(input.subject.members), "cluster")]),
} if {
	input.subject.deletion_protection == false
}
