"""What is asked of a served fleet about RDS, KMS and DynamoDB, and held to its inventory."""

from fleet_reading import items_of, tags, value_of

DENIED = {"AccessDenied", "AccessDeniedException"}

# RDS.


def rds(reader, place, told):
    common = {
        "arn": "DBInstanceArn",
        "engine": "Engine",
        "deletion_protection": "DeletionProtection",
        "backup_retention_days": "BackupRetentionPeriod",
        "latest_restorable_at": "LatestRestorableTime",
        "storage_encrypted": "StorageEncrypted",
        "kms_key": "KmsKeyId",
        "backup_recovery_point": "AwsBackupRecoveryPointArn",
        "tags": tags,
    }
    instances = common | {
        "resource_id": "DbiResourceId",
        "status": "DBInstanceStatus",
        "created_at": "InstanceCreateTime",
        "cluster_identifier": "DBClusterIdentifier",
        "replica_source": "ReadReplicaSourceDBInstanceIdentifier",
        "replica_source_cluster": "ReadReplicaSourceDBClusterIdentifier",
    }
    clusters = common | {
        "arn": "DBClusterArn",
        "resource_id": "DbClusterResourceId",
        "status": "Status",
        "created_at": "ClusterCreateTime",
        "members": lambda cluster: [member["DBInstanceIdentifier"] for member in cluster["DBClusterMembers"]],
        "replication_source": "ReplicationSourceIdentifier",
        "clone_group": "CloneGroupId",
    }
    for noun, operation, member, name, fields, code in (
        ("db_instances", "DescribeDBInstances", "DBInstances", "DBInstanceIdentifier", instances, "DBInstanceNotFound"),
        ("db_clusters", "DescribeDBClusters", "DBClusters", "DBClusterIdentifier", clusters, "DBClusterNotFoundFault"),
    ):
        answer = reader.read(place, told[noun], "rds", operation)
        if answer:
            reader.items(noun, answer[member], items_of(told[noun]), (name, "identifier"), fields)
            for item in items_of(told[noun])[:3]:
                for wanted in (item["identifier"], item["arn"]):
                    one = reader.read(place, {"value": [item]}, "rds", operation, **{name: wanted})
                    if one:
                        reader.same(wanted, [found[name] for found in one[member]], [item["identifier"]])
            reader.refused(place, [code], "rds", operation, **{name: "nobody-has-this-one"})
    global_clusters(reader, place, told["global_clusters"])
    snapshots(reader, place, told)
    automated_backups(reader, place, told)


def global_clusters(reader, place, told):
    answer = reader.read(place, told, "rds", "DescribeGlobalClusters")
    if answer:
        members = lambda item: [
            {"cluster": member["DBClusterArn"], "writer": member["IsWriter"]} for member in item["GlobalClusterMembers"]
        ]
        fields = {
            "arn": "GlobalClusterArn",
            "resource_id": "GlobalClusterResourceId",
            "engine": "Engine",
            "deletion_protection": "DeletionProtection",
            "members": members,
        }
        key = ("GlobalClusterIdentifier", "identifier")
        reader.items("global_clusters", answer["GlobalClusters"], items_of(told), key, fields)


def snapshots(reader, place, told):
    common = {
        "snapshot_type": "SnapshotType",
        "status": "Status",
        "created_at": "SnapshotCreateTime",
        "engine": "Engine",
        "kms_key": "KmsKeyId",
        "tags": tags,
    }
    of_instances = common | {
        "arn": "DBSnapshotArn",
        "source_identifier": "DBInstanceIdentifier",
        "source_resource_id": "DbiResourceId",
        "source_snapshot": "SourceDBSnapshotIdentifier",
        "source_region": "SourceRegion",
        "original_created_at": "OriginalSnapshotCreateTime",
        "encrypted": "Encrypted",
    }
    of_clusters = common | {
        "arn": "DBClusterSnapshotArn",
        "source_identifier": "DBClusterIdentifier",
        "source_resource_id": "DbClusterResourceId",
        "source_snapshot": "SourceDBClusterSnapshotArn",
        "encrypted": "StorageEncrypted",
    }
    for noun, what, fields in (
        ("db_snapshots", "DBSnapshot", of_instances),
        ("db_cluster_snapshots", "DBClusterSnapshot", of_clusters),
    ):
        operation, name = f"Describe{what}s", f"{what}Identifier"
        answers = []
        for kind in ({}, {"SnapshotType": "awsbackup"}):
            answer = reader.read(place, told[noun], "rds", operation, **kind)
            if not answer:
                break
            types = {item["SnapshotType"] for item in answer[f"{what}s"]}
            if not types <= ({"awsbackup"} if kind else {"manual", "automated"}):
                reader.fault(f"{operation} {kind} gives snapshots of the types {types}")
            answers += answer[f"{what}s"]
        else:
            reader.items(noun, answers, items_of(told[noun]), (name, "identifier"), fields)
        for item in items_of(told[noun]):
            sharing(reader, place, what, item)


def sharing(reader, place, what, item):
    if item["shared_with"] is None:
        return
    operation, name = f"Describe{what}Attributes", f"{what}Identifier"
    answer = reader.read(place, item["shared_with"], "rds", operation, **{name: item["identifier"]})
    if answer:
        result = answer[f"{what}AttributesResult"]
        reader.same(name, result[name], item["identifier"])
        values = {a["AttributeName"]: sorted(a["AttributeValues"]) for a in result[f"{what}Attributes"]}
        reader.same("restore", values.get("restore"), value_of(item["shared_with"]))


def automated_backups(reader, place, told):
    common = {
        "status": "Status",
        "earliest_restorable_at": lambda item: item["RestoreWindow"].get("EarliestTime"),
        "latest_restorable_at": lambda item: item["RestoreWindow"].get("LatestTime"),
        "backup_retention_days": "BackupRetentionPeriod",
        "source_region": "Region",
        "kms_key": "KmsKeyId",
        "backup_recovery_point": "AwsBackupRecoveryPointArn",
    }

    def replications(item):
        found = item.get("DBInstanceAutomatedBackupsReplications") or []
        return [replication["DBInstanceAutomatedBackupsArn"] for replication in found]

    for noun, what, resource, more in (
        ("db_instance_automated_backups", "DBInstance", "DbiResourceId", {"replications": replications}),
        ("db_cluster_automated_backups", "DBCluster", "DbClusterResourceId", {}),
    ):
        operation, arn = f"Describe{what}AutomatedBackups", f"{what}Arn"
        answer = reader.read(place, told[noun], "rds", operation)
        if answer:
            own = lambda item: item.get(f"{what}AutomatedBackupsArn", item[arn])
            fields = common | more | {"arn": own, "source": arn, "identifier": f"{what}Identifier"}
            found = answer[f"{what}AutomatedBackups"]
            reader.items(noun, found, items_of(told[noun]), (resource, "resource_id"), fields)


# KMS.


def kms(reader, place, told):
    replication = lambda key: key.get("MultiRegionConfiguration") or {}
    fields = {
        "arn": "Arn",
        "account": "AWSAccountId",
        "manager": "KeyManager",
        "state": "KeyState",
        "deletion_at": "DeletionDate",
        "origin": "Origin",
        "expiration_model": "ExpirationModel",
        "material_expires_at": "ValidTo",
        "multi_region": "MultiRegion",
        "multi_region_type": lambda key: replication(key).get("MultiRegionKeyType"),
        "primary_region": lambda key: (replication(key).get("PrimaryKey") or {}).get("Region"),
    }
    for key in items_of(told["keys"]):
        # A region that was not read is asked for its keys all the same.
        there = (place[0], key["reference"].split(":")[3] or place[1])
        answer = reader.read(there, key["detail"], "kms", "DescribeKey", KeyId=key["reference"])
        if answer:
            with reader.at(key["reference"]):
                reader.fields(answer["KeyMetadata"], value_of(key["detail"]), fields)
        policy = key["policy"]
        if policy is None or "value" not in key["detail"]:
            continue
        arn = key["detail"]["value"]["arn"]
        if policy.get("gap", {}).get("kind") == "out_of_scope":
            reader.refused(there, DENIED, "kms", "GetKeyPolicy", KeyId=arn)
            continue
        answer = reader.read(there, policy, "kms", "GetKeyPolicy", KeyId=arn)
        if answer:
            reader.same(f"policy of {arn}", answer["Policy"], value_of(policy))


# DynamoDB.


def dynamodb(reader, place, told):
    listed = reader.read(place, told["tables"], "dynamodb", "ListTables")
    if listed:
        reader.same("tables", sorted(listed["TableNames"]), sorted(table["name"] for table in items_of(told["tables"])))

    def key(kind):
        return lambda table: next((k["AttributeName"] for k in table["KeySchema"] if k["KeyType"] == kind), None)

    fields = {
        "id": "TableId",
        "status": "TableStatus",
        "created_at": "CreationDateTime",
        "deletion_protection": "DeletionProtectionEnabled",
        "partition_key": key("HASH"),
        "sort_key": key("RANGE"),
        "replicas": lambda table: [replica["RegionName"] for replica in table.get("Replicas") or []],
        "kms_key": lambda table: (table.get("SSEDescription") or {}).get("KMSMasterKeyArn"),
        "item_count": "ItemCount",
    }
    recovery = {
        "enabled": lambda point: point["PointInTimeRecoveryStatus"] == "ENABLED",
        "earliest_restorable_at": "EarliestRestorableDateTime",
        "latest_restorable_at": "LatestRestorableDateTime",
        "period_days": "RecoveryPeriodInDays",
    }
    for table in items_of(told["tables"]):
        name, arn = table["name"], table["arn"]
        answer = reader.read(place, table["detail"], "dynamodb", "DescribeTable", TableName=name)
        if answer:
            with reader.at(arn):
                reader.same("arn", answer["Table"]["TableArn"], arn)
                reader.fields(answer["Table"], value_of(table["detail"]), fields)
        point = table["point_in_time_recovery"]
        answer = reader.read(place, point, "dynamodb", "DescribeContinuousBackups", TableName=name)
        if answer:
            with reader.at(arn):
                found = answer["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
                reader.fields(found, value_of(point), recovery)
        answer = reader.read(place, table["tags"], "dynamodb", "ListTagsOfResource", ResourceArn=arn)
        if answer:
            reader.same(f"tags of {arn}", tags(answer, "Tags"), value_of(table["tags"]))
        policy, none = table["resource_policy"], ["PolicyNotFoundException"]
        answer = reader.read(place, policy, "dynamodb", "GetResourcePolicy", none=none, ResourceArn=arn)
        if answer:
            reader.same(f"policy of {arn}", answer["Policy"], value_of(policy))
    if listed:
        operation = "DescribeTable"
        reader.refused(place, ["ResourceNotFoundException"], "dynamodb", operation, TableName="nobody-has-this-one")
