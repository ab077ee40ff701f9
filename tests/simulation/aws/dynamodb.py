"""DynamoDB: tables with conditional writes, sparse indexes that lag behind, and a stream of new images."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from botocore.exceptions import ClientError

from tests.simulation.aws.errors import service_error
from tests.simulation.aws.expressions import Operands, WireItem, holds, updated
from tests.simulation.world import World

PAGE_ITEMS = 3
INDEX_LAG_SECONDS = 2.0

Key = tuple[str, ...]
StreamRecord = dict[str, Any]


@dataclass(slots=True)
class Table:
    """Items by key; `changed` is called with each new stream record."""

    key_names: tuple[str, ...]
    indexes: dict[str, tuple[str, ...]] = field(default_factory=dict)  # the key names of each
    changed: Callable[[StreamRecord], None] | None = None
    items: dict[Key, WireItem] = field(default_factory=dict)
    indexed: dict[Key, WireItem] = field(default_factory=dict)  # as the indexes show them

    def key_of(self, item: WireItem) -> Key:
        """An item's primary key."""
        return tuple(str(item[name]["S"]) for name in self.key_names)


class DynamoDB:
    """Tables by name. Reads are consistent, those of indexes are not."""

    def __init__(self, world: World, tables: dict[str, Table]) -> None:
        self.tables = tables
        self._world = world
        self._sequence = count(1)

    def put_item(
        self,
        *,
        TableName: str,
        Item: WireItem,
        ConditionExpression: str = "",
        ExpressionAttributeNames: Mapping[str, str] | None = None,
        ExpressionAttributeValues: WireItem | None = None,
        ReturnValuesOnConditionCheckFailure: str = "NONE",
    ) -> dict[str, Any]:
        """PutItem."""
        operands = Operands("PutItem", ExpressionAttributeNames or {}, ExpressionAttributeValues or {})
        operands.check_all_used(ConditionExpression)
        table = self.tables[TableName]
        self._check(ConditionExpression, table, table.key_of(Item), operands, ReturnValuesOnConditionCheckFailure)
        self._write(table, Item)
        return {}

    def get_item(self, *, TableName: str, Key: WireItem, ConsistentRead: bool) -> dict[str, Any]:
        """GetItem, only with consistent reads: other reads may return old data."""
        if not ConsistentRead:
            raise NotImplementedError("Reads that may be old")
        table = self.tables[TableName]
        item = table.items.get(table.key_of(Key))
        return {} if item is None else {"Item": item}

    def update_item(  # noqa: PLR0913
        self,
        *,
        TableName: str,
        Key: WireItem,
        UpdateExpression: str,
        ConditionExpression: str = "",
        ExpressionAttributeNames: Mapping[str, str] | None = None,
        ExpressionAttributeValues: WireItem | None = None,
        ReturnValues: str = "NONE",
        ReturnValuesOnConditionCheckFailure: str = "NONE",
    ) -> dict[str, Any]:
        """UpdateItem."""
        operands = Operands("UpdateItem", ExpressionAttributeNames or {}, ExpressionAttributeValues or {})
        operands.check_all_used(UpdateExpression, ConditionExpression)
        table = self.tables[TableName]
        key = table.key_of(Key)
        self._check(ConditionExpression, table, key, operands, ReturnValuesOnConditionCheckFailure)
        old = table.items.get(key, {})
        new = updated(UpdateExpression, old or Key, operands)
        self._write(table, new)
        attributes = {"NONE": None, "ALL_OLD": old, "ALL_NEW": new}[ReturnValues]
        return {"Attributes": attributes} if attributes else {}

    def batch_get_item(self, *, RequestItems: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
        """BatchGetItem."""
        found: dict[str, list[WireItem]] = {}
        for name, wanted in RequestItems.items():
            table, keys = self.tables[name], [self.tables[name].key_of(key) for key in wanted["Keys"]]
            if not 0 < len(keys) == len(set(keys)) <= 100:
                raise service_error("BatchGetItem", "ValidationException", "1 to 100 different keys")
            found[name] = [table.items[key] for key in keys if key in table.items]
        return {"Responses": found, "UnprocessedKeys": {}}

    def batch_write_item(self, *, RequestItems: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
        """BatchWriteItem, of puts."""
        for name, requests in RequestItems.items():
            for request in requests:
                self._write(self.tables[name], request["PutRequest"]["Item"])
        return {"UnprocessedItems": {}}

    def transact_write_items(self, *, TransactItems: list[dict[str, Any]]) -> dict[str, Any]:
        """TransactWriteItems, updates and puts: all of them, or none if the condition of one is false."""
        writes = [next(iter(item.values())) for item in TransactItems]
        keys = {(write["TableName"], *self._key_of(write)) for write in writes}
        if not 0 < len(writes) == len(keys) <= 100:
            raise service_error("TransactWriteItems", "ValidationException", "1 to 100 different items")
        reasons = [{"Code": self._refusal(write)} for write in writes]
        if any(reason["Code"] != "None" for reason in reasons):
            message = "Transaction cancelled, please refer cancellation reasons for specific reasons"
            cancelled = "TransactionCanceledException"
            raise service_error("TransactWriteItems", cancelled, message, CancellationReasons=reasons)
        for item in TransactItems:
            if "Put" in item:
                self.put_item(**item["Put"])
            else:
                self.update_item(**item["Update"])
        return {}

    def scan(self, *, TableName: str, ExclusiveStartKey: WireItem | None = None) -> dict[str, Any]:
        """Scan of a table."""
        table = self.tables[TableName]
        return self._page(table, table.key_names, list(table.items.values()), ExclusiveStartKey)

    def query(  # noqa: PLR0913
        self,
        *,
        TableName: str,
        KeyConditionExpression: str,
        ExpressionAttributeValues: WireItem,
        ExpressionAttributeNames: Mapping[str, str] | None = None,
        IndexName: str | None = None,
        FilterExpression: str = "",
        Select: str = "",
        Limit: int = PAGE_ITEMS,
        ExclusiveStartKey: WireItem | None = None,
    ) -> dict[str, Any]:
        """Query of a table or an index, in the order of the sort key."""
        table = self.tables[TableName]
        operands = Operands("Query", ExpressionAttributeNames or {}, ExpressionAttributeValues)
        operands.check_all_used(KeyConditionExpression, FilterExpression)
        names = table.indexes[IndexName] if IndexName else table.key_names
        shown = table.indexed if IndexName else table.items
        found = [item for item in shown.values() if all(name in item for name in names)]
        found = [item for item in found if holds(KeyConditionExpression, item, operands)]
        if Select == "COUNT":
            return {"Count": sum(holds(FilterExpression, item, operands) for item in found)}
        return self._page(table, names, found, ExclusiveStartKey, Limit)

    def _page(
        self,
        table: Table,
        names: tuple[str, ...],
        items: list[WireItem],
        after: WireItem | None,
        limit: int = PAGE_ITEMS,
    ) -> dict[str, Any]:
        cursor = tuple(dict.fromkeys((*names, *table.key_names)))

        def position(item: WireItem) -> Key:
            return tuple(str(item[name]["S"]) for name in cursor)

        rest = sorted((item for item in items if after is None or position(item) > position(after)), key=position)
        page = rest[: min(limit, PAGE_ITEMS)]
        answer: dict[str, Any] = {"Items": page, "Count": len(page)}
        if len(page) < len(rest):
            answer["LastEvaluatedKey"] = {name: page[-1][name] for name in cursor}
        return answer

    def _key_of(self, write: Mapping[str, Any]) -> Key:
        return self.tables[write["TableName"]].key_of(write["Key"] if "Key" in write else write["Item"])

    def _refusal(self, write: Mapping[str, Any]) -> str:
        """Why a write of a transaction cannot be made, as its cancellation says."""
        names, values = write.get("ExpressionAttributeNames", {}), write.get("ExpressionAttributeValues", {})
        table, operands = self.tables[write["TableName"]], Operands("TransactWriteItems", names, values)
        try:
            self._check(write.get("ConditionExpression", ""), table, self._key_of(write), operands, "NONE")
        except ClientError:
            return "ConditionalCheckFailed"
        return "None"

    def _check(self, condition: str, table: Table, key: Key, operands: Operands, returned: str) -> None:
        item = table.items.get(key)
        if condition and not holds(condition, item, operands):
            shown: dict[str, Any] = {"Item": item} if returned == "ALL_OLD" and item is not None else {}
            message = "The conditional request failed"
            raise service_error(operands.operation, "ConditionalCheckFailedException", message, **shown)

    def _write(self, table: Table, item: WireItem) -> None:
        key = table.key_of(item)
        old = table.items.get(key)
        table.items[key] = item
        if item == old:
            return
        if table.indexes:
            lag = self._world.random.uniform(0, INDEX_LAG_SECONDS)
            self._world.later(lag, lambda: self._index(table, key, item), recurs=True)
        if table.changed:
            number = next(self._sequence)
            table.changed(
                {
                    "eventID": f"{number:032x}",
                    "eventName": "INSERT" if old is None else "MODIFY",
                    "eventSource": "aws:dynamodb",
                    "dynamodb": {
                        "ApproximateCreationDateTime": self._world.now,
                        "Keys": {name: item[name] for name in table.key_names},
                        "NewImage": item,
                        "SequenceNumber": f"{number:021d}",
                        "StreamViewType": "NEW_IMAGE",
                    },
                }
            )

    def _index(self, table: Table, key: Key, item: WireItem) -> None:
        """The indexes catch up, unless with something newer."""
        if table.items[key] is item:
            table.indexed[key] = item
