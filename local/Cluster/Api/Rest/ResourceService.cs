using System.Globalization;
using System.Text.Json.Nodes;
using Scalelab.Cluster.Api.Schema;
using Scalelab.Cluster.Store;

namespace Scalelab.Cluster.Api.Rest;

/// <summary>
/// Create, update and delete for every kind: apiserver's generic registry. What differs between kinds is in their
/// <see cref="ResourceDefinition"/>; what looks at other objects is in <see cref="IAdmission"/>.
/// </summary>
internal sealed class ResourceService(ObjectStore store, ApiCatalog catalog, IAdmission admission, TimeProvider time)
{
    /// <summary>Writers of one object rarely collide; so many collisions in a row mean a defect.</summary>
    private const int MaximumAttempts = 100;

    public ObjectStore Store => store;

    public ApiCatalog Catalog => catalog;

    public TimeProvider Time => time;

    /// <summary>The key of an object; the versions of a kind share it.</summary>
    public static ResourceKey KeyOf(ResourceDefinition definition, string? namespaceName, string name) =>
        new(StoreResource(definition), definition.Namespaced ? namespaceName ?? "" : "", name);

    /// <summary>The resource as the store knows it: <c>pods</c>, <c>apps/deployments</c>.</summary>
    public static string StoreResource(ResourceDefinition definition) => definition.StoredGroup is { Length: > 0 } group ? $"{group}/{definition.Plural}" : definition.Plural;

    /// <summary>An object as stored.</summary>
    /// <exception cref="ApiException">404.</exception>
    public StoredObject Get(ResourceDefinition definition, string? namespaceName, string name) =>
        store.State.Get(KeyOf(definition, namespaceName, name)) ?? throw ApiErrors.NotFound(definition, name);

    /// <summary>A stored object in the version of a definition; the caller may change it.</summary>
    public static JsonObject Load(ResourceDefinition definition, StoredObject item)
    {
        var value = ObjectJson.Parse(item);
        return definition.FromStorage is { } convert && value.Text("apiVersion") != definition.ApiVersion ? convert(value) : value;
    }

    public async Task<Outcome> CreateAsync(ResourceDefinition definition, string? namespaceName, JsonObject value, WriteRequest request, CancellationToken cancellationToken)
    {
        var metadata = value.Metadata();
        if (metadata.Text("resourceVersion") is { Length: > 0 })
        {
            throw ApiErrors.Plain("resourceVersion should not be set on objects to be created");
        }

        for (var attempt = 1; ; attempt++)
        {
            var candidate = value.DeepClone().AsObject();
            StampNew(definition, namespaceName, candidate);
            if (definition.HasStatus && !definition.KeepsStatusAtCreation)
            {
                candidate.Remove("status");
            }

            OwnerReferences.Deduplicate(candidate.Metadata(), request.Warnings);
            Defaulting.Apply(definition, candidate);
            if (!request.IsApply)
            {
                FieldTracking.Track(definition, null, candidate, request, time.GetUtcNow());
            }

            DropEmpty(definition, candidate);

            await admission.AdmitAsync(new AdmissionRequest(definition, namespaceName, candidate, null, request), cancellationToken);
            definition.PrepareForCreate?.Invoke(candidate);
            var errors = new FieldErrors();
            MetadataRules.Validate(definition, candidate, errors);
            definition.Validate?.Invoke(null, candidate, errors);
            if (errors.Any)
            {
                throw ApiErrors.Invalid(definition, candidate.Name(), errors);
            }

            definition.Warn?.Invoke(null, candidate, request.Warnings);
            var name = candidate.Name();
            var key = KeyOf(definition, namespaceName, name);
            using var reservation = await admission.ReserveAsync(new AdmissionRequest(definition, namespaceName, candidate, null, request), cancellationToken);
            if (request.DryRun)
            {
                return store.Latest.Get(key) is { } taken ? throw Exists(definition, taken) : new Outcome(candidate);
            }

            try
            {
                return new Outcome(await WriteAsync(definition, candidate, content => store.CreateAsync(key, content)));
            }
            catch (RevisionConflictException conflict) when (metadata.Text("name") is not { Length: > 0 })
            {
                // The suffix was drawn before: draw again.
                if (attempt == 8)
                {
                    throw ApiErrors.GenerateNameConflict(definition, conflict.Actual!.Key.Name);
                }
            }
            catch (RevisionConflictException conflict)
            {
                throw Exists(definition, conflict.Actual!);
            }
        }
    }

    /// <summary>Replaces or changes an object.</summary>
    /// <param name="change">
    /// Gives the new object from a copy of the present one (null when it is absent). May run several times, when others write in between.
    /// </param>
    /// <param name="createWhenAbsent">Create what is not there, as server-side apply does.</param>
    public async Task<(Outcome Outcome, bool Created)> UpdateAsync(
        ResourceDefinition definition,
        string? namespaceName,
        string name,
        Func<JsonObject?, JsonObject> change,
        WriteRequest request,
        CancellationToken cancellationToken,
        bool createWhenAbsent = false)
    {
        var key = KeyOf(definition, namespaceName, name);
        for (var attempt = 1; ; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var stored = store.Latest.Get(key);
            if (stored is null)
            {
                if (!createWhenAbsent && !(definition.AllowCreateOnUpdate && request.Subresource.Length == 0))
                {
                    throw ApiErrors.NotFound(definition, name);
                }

                var created = change(null);
                created.Metadata()["name"] = name;
                created.Metadata().Remove("resourceVersion");
                return (await CreateAsync(definition, namespaceName, created, request, cancellationToken), true);
            }

            var old = Load(definition, stored);
            var value = change(old.DeepClone().AsObject());
            CheckPreconditions(definition, stored, old, value);
            await PrepareUpdateAsync(definition, namespaceName, old, value, request, cancellationToken);
            if (JsonNode.DeepEquals(old, value))
            {
                await store.SettledAsync(stored.Revision, cancellationToken);
                return (new Outcome(stored), false);
            }

            using var reservation = await admission.ReserveAsync(new AdmissionRequest(definition, namespaceName, value, old, request), cancellationToken);
            if (request.DryRun)
            {
                return (new Outcome(value), false);
            }

            try
            {
                if (IsFinished(value))
                {
                    // The last finalizer is gone: the write is the deletion, and nobody sees it as a modification.
                    await store.DeleteAsync(key, stored.Revision);
                    return (new Outcome(value), false);
                }

                return (new Outcome(await WriteAsync(definition, value, content => store.UpdateAsync(key, stored.Revision, content))), false);
            }
            catch (RevisionConflictException) when (attempt < MaximumAttempts)
            {
                // Another writer was faster. With a resourceVersion of the client the next round ends in a conflict, else it takes the new state.
            }
        }
    }

    /// <summary>Deletes an object, or marks it deleted where a grace period or a finalizer holds it.</summary>
    public async Task<DeleteOutcome> DeleteAsync(ResourceDefinition definition, string? namespaceName, string name, DeleteRequest request, CancellationToken cancellationToken)
    {
        var key = KeyOf(definition, namespaceName, name);
        for (var attempt = 1; ; attempt++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var stored = store.Latest.Get(key) ?? throw ApiErrors.NotFound(definition, name);
            var value = Load(definition, stored);
            CheckPreconditions(definition, stored, value, request);
            await admission.AdmitDeleteAsync(definition, value, request, cancellationToken);
            try
            {
                return await DeleteAsync(definition, key, stored, value, request, cancellationToken);
            }
            catch (RevisionConflictException conflict) when (attempt < MaximumAttempts)
            {
                if (conflict.Actual is null)
                {
                    throw ApiErrors.NotFound(definition, name);
                }
            }
        }
    }

    private async Task<DeleteOutcome> DeleteAsync(
        ResourceDefinition definition, ResourceKey key, StoredObject stored, JsonObject value, DeleteRequest request, CancellationToken cancellationToken)
    {
        var plan = Plan(definition, value, request);
        if (plan == DeletionStep.AlreadyDeleting)
        {
            await store.SettledAsync(stored.Revision, cancellationToken);
            return new DeleteOutcome(new Outcome(stored), Deleted: false);
        }

        if (request.DryRun)
        {
            return new DeleteOutcome(new Outcome(value), Deleted: plan is DeletionStep.Remove or DeletionStep.MarkAndRemove);
        }

        if (plan is DeletionStep.Mark or DeletionStep.MarkAndRemove)
        {
            stored = await WriteAsync(definition, value, content => store.UpdateAsync(key, stored.Revision, content));
            return plan == DeletionStep.Mark
                ? new DeleteOutcome(new Outcome(stored), Deleted: false)
                : new DeleteOutcome(new Outcome(await TakeOutAsync(key, stored, value.Metadata().Text("uid"))), Deleted: true);
        }

        return new DeleteOutcome(new Outcome(await store.DeleteAsync(key, stored.Revision)), Deleted: true);
    }

    /// <summary>Takes out what is marked already: its node may write to it in between, or be the faster one, which is as good.</summary>
    private async Task<StoredObject> TakeOutAsync(ResourceKey key, StoredObject marked, string? uid)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await store.DeleteAsync(key, marked.Revision);
            }
            catch (RevisionConflictException conflict) when (conflict.Actual is null || ObjectJson.Parse(conflict.Actual).Metadata().Text("uid") != uid)
            {
                return marked;
            }
            catch (RevisionConflictException conflict) when (attempt < MaximumAttempts)
            {
                marked = conflict.Actual!;
            }
        }
    }

    private DeletionStep Plan(ResourceDefinition definition, JsonObject value, DeleteRequest request)
    {
        var now = time.GetUtcNow();
        if (definition.MarkDeleted is not { } mark || value.Metadata()["deletionTimestamp"] is not null)
        {
            return Deletion.Plan(definition, value, request, now);
        }

        mark(value, Format(now));
        return DeletionStep.Mark;
    }

    private async Task PrepareUpdateAsync(
        ResourceDefinition definition, string? namespaceName, JsonObject old, JsonObject value, WriteRequest request, CancellationToken cancellationToken)
    {
        KeepSystemFields(namespaceName, old, value);
        if (request.Subresource is "binding" or "finalize")
        {
            // These change exactly what they are for, which ordinary updates may not.
            return;
        }

        var isStatus = request.Subresource == "status";
        if (isStatus)
        {
            KeepAllButStatus(definition, old, value);
        }
        else if (definition.HasStatus)
        {
            value.Put("status", old["status"]?.DeepClone());
        }

        var errors = new FieldErrors();
        var part = definition.Parts.GetValueOrDefault(request.Subresource);
        part?.Invoke(old, value, errors);
        OwnerReferences.Deduplicate(value.Metadata(), request.Warnings);
        Defaulting.Apply(definition, value);
        if (!request.IsApply)
        {
            FieldTracking.Track(definition, old, value, request, time.GetUtcNow());
        }

        DropEmpty(definition, value);

        await admission.AdmitAsync(new AdmissionRequest(definition, namespaceName, value, old, request), cancellationToken);
        (isStatus ? definition.PrepareForStatusUpdate : definition.PrepareForUpdate)?.Invoke(old, value);
        if (!isStatus && definition.TracksGeneration && !SameContent(definition, old, value))
        {
            value.Metadata()["generation"] = (old.Metadata().Number("generation") ?? 0) + 1;
        }

        MetadataRules.ValidateUpdate(definition, old, value, errors);

        // Upstream checks metadata once for all kinds and once more for each, and counts both.
        MetadataRules.ValidateUpdate(definition, old, value, errors);

        // A part may change what ordinary updates may not, so it is held against the rules for new objects.
        (isStatus ? definition.ValidateStatus : definition.Validate)?.Invoke(part is null ? old : null, value, errors);
        if (errors.Any)
        {
            throw ApiErrors.Invalid(definition, old.Name(), errors);
        }

        if (!isStatus)
        {
            definition.Warn?.Invoke(old, value, request.Warnings);
        }
    }

    private static void DropEmpty(ResourceDefinition definition, JsonObject value)
    {
        if (!definition.IsCustom)
        {
            ObjectDecoder.WithoutEmpty(value, definition.Schema);
        }
    }

    private static Task<StoredObject> WriteAsync(ResourceDefinition definition, JsonObject value, Func<StoredContent, Task<StoredObject>> write) =>
        ObjectJson.Store(definition.ToStorage is { } convert ? convert(value) : value, write);

    private void StampNew(ResourceDefinition definition, string? namespaceName, JsonObject value)
    {
        value["kind"] = definition.Kind;
        value["apiVersion"] = definition.ApiVersion;
        var metadata = value.Metadata();
        foreach (var field in (ReadOnlySpan<string>)["deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "resourceVersion"])
        {
            metadata.Remove(field);
        }

        metadata.Put("namespace", definition.Namespaced ? namespaceName : null);
        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = Format(time.GetUtcNow());
        if (definition.TracksGeneration)
        {
            metadata["generation"] = 1;
        }

        if (metadata.Text("name") is not { Length: > 0 } && metadata.Text("generateName") is { Length: > 0 } prefix)
        {
            metadata["name"] = NameGenerator.Generate(prefix);
        }
    }

    private static void KeepSystemFields(string? namespaceName, JsonObject old, JsonObject value)
    {
        value["kind"] = old["kind"]!.DeepClone();
        value["apiVersion"] = old["apiVersion"]!.DeepClone();
        var (before, after) = (old.Metadata(), value.Metadata());
        after.Put("generation", before["generation"]?.DeepClone());
        after.Put("resourceVersion", before["resourceVersion"]?.DeepClone());
        after.Remove("selfLink");
        foreach (var field in (ReadOnlySpan<string>)["uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"])
        {
            if (after[field] is null or JsonValue { } && after.Text(field) is null or "" && before[field] is { } kept && after.Number(field) is null)
            {
                after[field] = kept.DeepClone();
            }
        }

        if (before["namespace"] is not null && after.Text("namespace") is null or "")
        {
            after["namespace"] = namespaceName;
        }
    }

    /// <summary>The status subresource takes over the status, labels and annotations stay upstream's choice per kind: here the object's own.</summary>
    private static void KeepAllButStatus(ResourceDefinition definition, JsonObject old, JsonObject value)
    {
        foreach (var name in value.Select(property => property.Key).Where(name => name is not ("metadata" or "status")).ToList())
        {
            if (!old.ContainsKey(name))
            {
                value.Remove(name);
            }
        }

        foreach (var (name, child) in old)
        {
            if (name is not ("metadata" or "status"))
            {
                value[name] = child?.DeepClone();
            }
        }

        var (before, after) = (old.Metadata(), value.Metadata());
        var kept = definition.KeptByStatus.Contains("metadata")
            ? before.Concat(after).Select(property => property.Key).Where(name => name is not ("managedFields" or "resourceVersion")).ToHashSet(StringComparer.Ordinal)
            : [.. definition.KeptByStatus.Select(path => path[(path.IndexOf('.', StringComparison.Ordinal) + 1)..]), "ownerReferences", "finalizers"];
        foreach (var name in kept)
        {
            after.Put(name, before[name]?.DeepClone());
        }
    }

    private static void CheckPreconditions(ResourceDefinition definition, StoredObject stored, JsonObject old, JsonObject value)
    {
        var (before, after) = (old.Metadata(), value.Metadata());
        var name = old.Name();
        if (after.Text("uid") is { Length: > 0 } uid && uid != before.Text("uid"))
        {
            throw ApiErrors.Conflict(definition, name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {before.Text("uid")}");
        }

        if (after.Text("resourceVersion") is { Length: > 0 } version && version != "0")
        {
            if (!long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var revision))
            {
                throw ApiErrors.Plain($"strconv.ParseUint: parsing \"{version}\": invalid syntax");
            }

            if (revision != stored.Revision)
            {
                throw ApiErrors.Conflict(definition, name);
            }
        }
        else if (!definition.AllowUnconditionalUpdate)
        {
            // Here upstream names the resource where it otherwise names the kind.
            var errors = new FieldErrors();
            errors.Invalid("metadata.resourceVersion", 0, "must be specified for an update");
            throw ApiErrors.Invalid(definition.StoredGroup, definition.Plural, name, errors);
        }
    }

    private static void CheckPreconditions(ResourceDefinition definition, StoredObject stored, JsonObject value, DeleteRequest request)
    {
        var name = stored.Key.Name;
        var uid = value.Metadata().Text("uid");
        if (request.PreconditionUid is { } wantedUid && wantedUid != uid)
        {
            throw DeletePrecondition(
                definition,
                name,
                $"the UID in the precondition ({wantedUid}) does not match the UID in record ({uid}). The object might have been deleted and then recreated");
        }

        var revision = stored.Revision.ToString(CultureInfo.InvariantCulture);
        if (request.PreconditionResourceVersion is { } wanted && wanted != revision)
        {
            throw DeletePrecondition(
                definition, name, $"the ResourceVersion in the precondition ({wanted}) does not match the ResourceVersion in record ({revision}). The object might have been modified");
        }
    }

    /// <summary>Here upstream names the kind where it otherwise names the resource.</summary>
    private static ApiException DeletePrecondition(ResourceDefinition definition, string name, string problem) => ApiErrors.Of(
        409,
        "Conflict",
        $"Operation cannot be fulfilled on {definition.QualifiedKind} \"{name}\": {problem}",
        new k8s.Models.V1StatusDetails { Name = name, Group = definition.Group.Length == 0 ? null : definition.Group, Kind = definition.Kind });

    private static ApiException Exists(ResourceDefinition definition, StoredObject existing)
    {
        var error = ApiErrors.AlreadyExists(definition, existing.Key.Name);
        return ObjectJson.Parse(existing).Metadata()["deletionTimestamp"] is null
            ? error
            : ApiErrors.Of(409, "AlreadyExists", "object is being deleted: " + error.Message, error.Status.Details);
    }

    private static bool IsFinished(JsonObject value)
    {
        var metadata = value.Metadata();
        return metadata["deletionTimestamp"] is not null
            && metadata.Array("finalizers") is null or { Count: 0 }
            && metadata.Number("deletionGracePeriodSeconds") is null or 0
            && value.Object("spec").Array("finalizers") is null or { Count: 0 };
    }

    private static bool SameContent(ResourceDefinition definition, JsonObject old, JsonObject value)
    {
        bool Counts(string name) => name is not ("metadata" or "kind" or "apiVersion") && (name != "status" || definition.CountsStatus);
        return old.Where(property => Counts(property.Key)).All(property => JsonNode.DeepEquals(property.Value, value[property.Key]))
            && value.Where(property => Counts(property.Key)).All(property => property.Value is null || old.ContainsKey(property.Key));
    }

    internal static string Format(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
