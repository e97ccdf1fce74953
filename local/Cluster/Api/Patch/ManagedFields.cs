using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Api.Patch;

/// <summary>
/// Who owns which field: the content of <c>metadata.managedFields</c>, decoded. One entry a manager, operation, version and subresource;
/// appliers are told apart without the version.
/// </summary>
public sealed class ManagedFields
{
    private const int MaximumUpdaters = 10;
    private const string AncientChanges = "ancient-changes";

    private static readonly string[] ServerOwned =
        ["f:creationTimestamp", "f:generation", "f:managedFields", "f:name", "f:namespace", "f:resourceVersion", "f:selfLink", "f:uid"];

    private readonly List<Entry> _entries;

    private ManagedFields(IEnumerable<Entry> entries) => _entries = [.. entries];

    internal IReadOnlyList<Entry> Entries => _entries;

    /// <summary>
    /// Records in <paramref name="after"/> who wrote what, for a write other than apply: the writer takes every field that came or
    /// changed from its former owners, and fields that went have no owner any more.
    /// </summary>
    /// <param name="before">The object as stored; null at creation.</param>
    /// <param name="after">The object to be stored, after defaulting; its managedFields are set. Entries that it brings along stand, an empty entry resets them all.</param>
    /// <param name="manager">The writer: the fieldManager parameter, or what stands before the slash in the user agent.</param>
    /// <param name="apiVersion">The version that the objects are in, e.g. <c>apps/v1</c>.</param>
    /// <param name="subresource">The subresource that was written; null for the object itself.</param>
    /// <param name="otherVersion">
    /// Gives the conversion to another version by its name, so that what its writers own is seen to change too; null where a kind has one version.
    /// </param>
    /// <param name="isTaken">False leaves what was written without an owner: a scale of zero has no such field.</param>
    public static void Track(
        JsonObject? before,
        JsonObject after,
        string manager,
        string apiVersion,
        TypeSchema schema,
        DateTimeOffset now,
        string? subresource,
        Func<string, VersionConversion?>? otherVersion = null,
        bool isTaken = true)
    {
        var managed = Given(before, after, subresource);
        var comparison = TypedValue.Compare(WithoutManagedFields(before) ?? ObjectDecoder.Empty(schema), WithoutManagedFields(after), schema);
        if (!comparison.IsSame)
        {
            managed.Disown(comparison.Written, comparison.Removed, apiVersion, except: null);
            foreach (var version in managed.Entries.Select(entry => entry.ApiVersion).Where(version => version != apiVersion).Distinct(StringComparer.Ordinal).ToList())
            {
                if (before is not null && otherVersion?.Invoke(version) is { } other)
                {
                    var (left, right) = (other.Convert(WithoutManagedFields(before)!), other.Convert(WithoutManagedFields(after)!));
                    var seen = TypedValue.Compare(left, right, other.Schema);
                    managed.Disown(seen.Written, seen.Removed, version, except: null);
                }
            }

            var taken = OwnedByClients(comparison.Written);
            if (isTaken && !taken.IsEmpty)
            {
                managed.Take(new Entry(manager, false, apiVersion, subresource, subresource == "scale" ? null : now, taken));
            }

            managed.CapUpdaters();
        }

        managed.Write(after);
    }

    internal static ManagedFields Read(JsonObject? resource) => new((resource?["metadata"]?["managedFields"] as JsonArray ?? []).OfType<JsonObject>().Select(Entry.Read).OfType<Entry>());

    /// <summary>Drops what the server alone writes, so that nobody owns it.</summary>
    internal static FieldSet OwnedByClients(FieldSet set)
    {
        set.Remove("f:apiVersion");
        set.Remove("f:kind");
        if (set.Find("f:metadata") is { } metadata)
        {
            metadata.IsMember = false;
            foreach (var field in ServerOwned)
            {
                metadata.Remove(field);
            }
        }

        return set;
    }

    internal static JsonObject? WithoutManagedFields(JsonObject? resource)
    {
        if (resource?["metadata"] is not JsonObject metadata || !metadata.ContainsKey("managedFields"))
        {
            return resource;
        }

        var copy = resource.DeepClone().AsObject();
        copy["metadata"]!.AsObject().Remove("managedFields");
        return copy;
    }

    /// <summary>Takes away, from everyone but one entry, what was written or removed; entries of other versions cannot be compared and stay.</summary>
    internal void Disown(FieldSet written, FieldSet removed, string apiVersion, Entry? except)
    {
        var gone = written.Union(removed);
        for (var index = 0; index < _entries.Count; index++)
        {
            if (_entries[index] != except && _entries[index].ApiVersion == apiVersion)
            {
                _entries[index] = _entries[index] with { Fields = _entries[index].Fields.Difference(gone) };
            }
        }

        _entries.RemoveAll(entry => entry.Fields.IsEmpty);
    }

    internal void Replace(Entry? former, Entry entry)
    {
        if (former is not null)
        {
            _entries.Remove(former);
        }

        if (!entry.Fields.IsEmpty)
        {
            _entries.Add(entry);
        }
    }

    internal void Write(JsonObject resource)
    {
        var metadata = resource["metadata"] as JsonObject;
        if (metadata is null)
        {
            resource["metadata"] = metadata = [];
        }

        metadata.Remove("managedFields");
        if (_entries.Count == 0)
        {
            return;
        }

        // Appliers first; then by age, where an entry without a time is the oldest.
        var ordered = _entries
            .OrderBy(entry => entry.IsApplied ? 0 : 1)
            .ThenBy(entry => entry.Time?.ToUnixTimeSeconds() ?? long.MinValue)
            .ThenBy(entry => entry.Manager, StringComparer.Ordinal)
            .ThenBy(entry => entry.ApiVersion, StringComparer.Ordinal)
            .ThenBy(entry => entry.Subresource, StringComparer.Ordinal);
        metadata.Add("managedFields", new JsonArray([.. ordered.Select(entry => (JsonNode)entry.ToJson())]));
    }

    private static ManagedFields Given(JsonObject? before, JsonObject after, string? subresource)
    {
        if (subresource is null && after["metadata"]?["managedFields"] is JsonArray given)
        {
            if (given is [JsonObject { Count: 0 }])
            {
                return new ManagedFields([]);
            }

            var entries = given.Select(item => item is JsonObject entry ? Entry.Read(entry) : null).ToList();
            if (entries.Count > 0 && entries.TrueForAll(entry => entry is not null))
            {
                return new ManagedFields(entries.OfType<Entry>());
            }
        }

        return Read(before);
    }

    private void Take(Entry entry)
    {
        var former = _entries.Find(entry.IsSameOwner);
        Replace(former, former is null ? entry : entry with { Fields = entry.Fields.Union(former.Fields) });
    }

    /// <summary>Keeps the list short: beyond ten, the oldest writers are summed up in one entry.</summary>
    private void CapUpdaters()
    {
        var updaters = _entries.Where(entry => !entry.IsApplied).OrderBy(entry => entry.Time ?? DateTimeOffset.MinValue).ToList();
        for (var surplus = updaters.Count - MaximumUpdaters; surplus > 0 && updaters.Count > 1; surplus--)
        {
            var (oldest, next) = (updaters[0], updaters[1]);
            if (oldest.ApiVersion != next.ApiVersion)
            {
                return;
            }

            var sum = next with { Manager = AncientChanges, Subresource = null, Fields = oldest.Fields.Union(next.Fields) };
            _entries.Remove(oldest);
            _entries.Remove(next);
            _entries.Add(sum);
            updaters.RemoveAt(0);
            updaters[0] = sum;
        }
    }

    /// <param name="IsApplied">True for the operation Apply, false for Update.</param>
    /// <param name="Time">When it last took a field; null for what the scale subresource wrote.</param>
    internal sealed record Entry(string Manager, bool IsApplied, string ApiVersion, string? Subresource, DateTimeOffset? Time, FieldSet Fields)
    {
        public static Entry? Read(JsonObject json)
        {
            if (json["fieldsV1"] is not JsonObject fields || json["operation"]?.ToString() is not ("Apply" or "Update"))
            {
                return null;
            }

            var time = Timestamps.TryParse(json["time"]?.ToString(), out var parsed) ? parsed : (DateTimeOffset?)null;
            return new Entry(
                json["manager"]?.ToString() ?? "", json["operation"]!.ToString() == "Apply", json["apiVersion"]?.ToString() ?? "", json["subresource"]?.ToString(), time, FieldSet.Parse(fields));
        }

        public bool IsSameOwner(Entry other) => other.Manager == Manager && other.IsApplied == IsApplied && other.Subresource == Subresource
            && (IsApplied || other.ApiVersion == ApiVersion);

        public JsonObject ToJson()
        {
            var json = new JsonObject { ["manager"] = Manager, ["operation"] = IsApplied ? "Apply" : "Update", ["apiVersion"] = ApiVersion };
            if (Time is { } time)
            {
                json.Add("time", Timestamps.Format(time));
            }

            json.Add("fieldsType", "FieldsV1");
            json.Add("fieldsV1", Fields.ToJson());
            if (Subresource is not null)
            {
                json.Add("subresource", Subresource);
            }

            return json;
        }
    }
}
