using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Schema;

namespace Scalelab.Cluster.Api;

/// <summary>
/// Everything the generic REST layer has to know of one kind in one version. The hooks work on the object as JSON and run in
/// this order: create = <see cref="Default"/>, <see cref="PrepareForCreate"/>, <see cref="Validate"/>; update =
/// <see cref="Default"/>, <see cref="PrepareForUpdate"/>, <see cref="Validate"/>. The REST layer itself owns what all kinds share:
/// names, uid, timestamps, resourceVersion, generation, managedFields, ObjectMeta's validation, finalizers, deletion.
/// </summary>
public sealed record ResourceDefinition
{
    private static readonly ImmutableArray<string> AllVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    /// <summary>The API group; empty for the core group.</summary>
    public required string Group { get; init; }

    public required string Version { get; init; }

    public required string Kind { get; init; }

    /// <summary>The name in paths, e.g. <c>deployments</c>.</summary>
    public required string Plural { get; init; }

    public required string Singular { get; init; }

    public bool Namespaced { get; init; } = true;

    public ImmutableArray<string> ShortNames { get; init; } = [];

    public ImmutableArray<string> Categories { get; init; } = [];

    /// <summary>The verbs of the resource itself, in discovery's order; subresources have their own.</summary>
    public ImmutableArray<string> Verbs { get; init; } = AllVerbs;

    /// <summary>The client model of the kind; null for custom resources.</summary>
    public Type? ModelType { get; init; }

    /// <summary>Gives the fields of a kind without a model; null takes them from <see cref="ModelType"/>.</summary>
    public Func<TypeSchema>? SchemaSource { get; init; }

    /// <summary>The fields of the kind.</summary>
    public TypeSchema Schema => SchemaSource?.Invoke()
        ?? ModelSchemas.Of(ModelType ?? throw new InvalidOperationException($"{QualifiedKind} has neither a model nor a schema."));

    /// <summary>
    /// The version that the store keeps, for kinds served in several (HPA: <c>v2</c>). Null: this one. Definitions of one group
    /// and plural share their objects.
    /// </summary>
    public string? StorageVersion { get; init; }

    /// <summary>
    /// The group whose objects these are, for kinds served in two groups (events.k8s.io serves the core group's events); null: this one.
    /// Messages name that group.
    /// </summary>
    public string? StorageGroup { get; init; }

    /// <summary>True where objects are stored in this very form.</summary>
    public bool IsStored => (StorageVersion is null || StorageVersion == Version) && (StorageGroup is null || StorageGroup == Group);

    /// <summary>Converts an object of this version to <see cref="StorageVersion"/>; null where they are the same.</summary>
    public Func<JsonObject, JsonObject>? ToStorage { get; init; }

    /// <summary>Converts a stored object to this version; null where they are the same.</summary>
    public Func<JsonObject, JsonObject>? FromStorage { get; init; }

    /// <summary>
    /// The definition of the stored version, for kinds whose versions differ in metadata (HPA): Tables and partial metadata are made of it.
    /// Null: this one.
    /// </summary>
    public ResourceDefinition? Inner { get; init; }

    /// <summary>True when there is a <c>status</c> subresource: then ordinary writes leave the status alone, and status writes all else.</summary>
    public bool HasStatus { get; init; }

    /// <summary>True where a status given at creation is kept (Node, and Pod for its mirrors).</summary>
    public bool KeepsStatusAtCreation { get; init; }

    /// <summary>True when metadata.generation counts the changes outside metadata and status.</summary>
    public bool TracksGeneration { get; init; }

    /// <summary>True where the status counts as content for metadata.generation: custom kinds without a status subresource.</summary>
    public bool CountsStatus { get; init; }

    /// <summary>True where a PUT on a missing object creates it (Service, Lease, Event).</summary>
    public bool AllowCreateOnUpdate { get; init; }

    /// <summary>False where an update must carry a resourceVersion (Lease, custom resources).</summary>
    public bool AllowUnconditionalUpdate { get; init; } = true;

    /// <summary>True where finalizers need not be qualified by a domain (custom resources and their definitions).</summary>
    public bool AllowsPlainFinalizers { get; init; }

    /// <summary>True where DELETE answers with the object (pods, services, service accounts, namespaces, custom resource definitions), false where with a Status.</summary>
    public bool ReturnsDeletedObject { get; init; }

    /// <summary>False where nothing is deleted with an object or left behind by it, whatever the propagation policy (Event).</summary>
    public bool HasDependents { get; init; } = true;

    /// <summary>True where dependents stay unless the client says otherwise, as they did before there was a garbage collector (Job, ReplicationController).</summary>
    public bool OrphansByDefault { get; init; }

    /// <summary>The text of the Warning of a deletion that does not say what becomes of the dependents; null for kinds that do not warn.</summary>
    public string? OrphanWarning { get; init; }

    /// <summary>
    /// Marks an object deleted that always outlives its deletion for a while, in place; the second argument is the time now. Null for kinds
    /// that follow the general rules. The object's later deletions follow them too.
    /// </summary>
    public Action<JsonObject, string>? MarkDeleted { get; init; }

    /// <summary>
    /// The seconds of grace that a deletion gives, from the object and what the client asked for (null: nothing). Null for kinds
    /// that go at once.
    /// </summary>
    public Func<JsonObject, long?, long>? GracePeriod { get; init; }

    /// <summary>Where the <c>scale</c> subresource reads and writes; null without one.</summary>
    public ScaleDefinition? Scale { get; init; }

    /// <summary>Further subresources as discovery lists them, e.g. pods' <c>log</c>, <c>binding</c> and <c>eviction</c>.</summary>
    public ImmutableArray<SubresourceDefinition> Subresources { get; init; } = [];

    /// <summary>Fields that field selectors know besides metadata.name and metadata.namespace, by path, e.g. <c>status.phase</c>.</summary>
    public ImmutableDictionary<string, Func<JsonObject, string>> SelectableFields { get; init; } = ImmutableDictionary<string, Func<JsonObject, string>>.Empty;

    /// <summary>
    /// Says what is wrong with a name (true: with a generateName prefix), in upstream's words; null when nothing is.
    /// The default is the rule for DNS subdomains.
    /// </summary>
    public Func<string, bool, string?> ValidateName { get; init; } = NameRules.DnsSubdomain;

    /// <summary>Fills in the defaults of every field, in place. Runs before every write, on what came from the client.</summary>
    public Action<JsonObject>? Default { get; init; }

    /// <summary>Resets what a client may not set at creation (e.g. status), in place.</summary>
    public Action<JsonObject>? PrepareForCreate { get; init; }

    /// <summary>Carries over from the stored object (first) what a client may not change, into the new one (second), in place.</summary>
    public Action<JsonObject, JsonObject>? PrepareForUpdate { get; init; }

    /// <summary>
    /// Subresources that write one part of the object (pods' <c>resize</c>), by name: each carries over from the stored object (first) into
    /// the new one (second) everything else, in place, and adds what is wrong.
    /// </summary>
    public ImmutableDictionary<string, Action<JsonObject, JsonObject, FieldErrors>> Parts { get; init; } = ImmutableDictionary<string, Action<JsonObject, JsonObject, FieldErrors>>.Empty;

    /// <summary>Adds what is wrong with an object. First the stored one (null at creation), then the new one.</summary>
    public Action<JsonObject?, JsonObject, FieldErrors>? Validate { get; init; }

    /// <summary>Fields besides the spec that a write of the status leaves as they are, and nobody comes to own by it: <c>metadata</c> or <c>metadata.labels</c>.</summary>
    public ImmutableArray<string> KeptByStatus { get; init; } = [];

    /// <summary>As <see cref="PrepareForUpdate"/>, for the status subresource, on top of carrying over all but the status.</summary>
    public Action<JsonObject, JsonObject>? PrepareForStatusUpdate { get; init; }

    /// <summary>As <see cref="Validate"/>, for the status subresource.</summary>
    public Action<JsonObject?, JsonObject, FieldErrors>? ValidateStatus { get; init; }

    /// <summary>Adds the texts of Warning headers for an accepted object. First the stored one (null at creation).</summary>
    public Action<JsonObject?, JsonObject, ICollection<string>>? Warn { get; init; }

    /// <summary>The text of the Warning that every answer of a deprecated kind carries; null for kinds that are not.</summary>
    public string? Deprecation { get; init; }

    /// <summary>The columns of a Table answer. Empty: name and age.</summary>
    public ImmutableArray<TableColumn> Columns { get; init; } = [];

    /// <summary><c>v1</c> or <c>apps/v1</c>.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    public string ListKind
    {
        get => field ?? Kind + "List";
        init;
    }

    /// <summary>True for a kind that a custom resource definition declares.</summary>
    public bool IsCustom => PublishedSchema is not null;

    /// <summary>The JSON schema of a custom kind in this version, for OpenAPI; null for built-in kinds, whose <see cref="Schema"/> says it all.</summary>
    public JsonObject? PublishedSchema { get; init; }

    /// <summary>As upstream prints it in messages: <c>pods</c>, <c>deployments.apps</c>.</summary>
    public string QualifiedPlural => Qualify(Plural);

    /// <summary>As upstream prints it in messages: <c>Pod</c>, <c>Deployment.apps</c>.</summary>
    public string QualifiedKind => Qualify(Kind);

    /// <summary>The group that objects are stored in and that messages name.</summary>
    public string StoredGroup => StorageGroup ?? Group;

    private string Qualify(string name) => StoredGroup is { Length: > 0 } group ? $"{name}.{group}" : name;
}

/// <summary>Paths such as <c>spec.replicas</c> that the <c>scale</c> subresource maps.</summary>
public sealed record ScaleDefinition(string SpecReplicasPath, string StatusReplicasPath, string? LabelSelectorPath);

/// <summary>A subresource in discovery, e.g. <c>eviction</c> of kind Eviction in group policy, version v1.</summary>
/// <param name="Group">The group of its kind where that is another than the resource's; null where it is the same.</param>
public sealed record SubresourceDefinition(string Name, string Kind, ImmutableArray<string> Verbs, string? Group = null, string? Version = null);

/// <summary>One column of a Table.</summary>
/// <param name="Type">An OpenAPI type: string, integer, number, boolean or date.</param>
/// <param name="Format">An OpenAPI format; <c>name</c> marks the column with the object's name.</param>
/// <param name="Priority">0 is always shown, 1 only in wide output.</param>
/// <param name="Value">The cell; the second argument is the time now, for ages.</param>
public sealed record TableColumn(string Name, string Type, string Format, int Priority, Func<JsonObject, DateTimeOffset, JsonNode?> Value)
{
    /// <summary>Documentation, in our own words; often empty.</summary>
    public string Description { get; init; } = "";
}
