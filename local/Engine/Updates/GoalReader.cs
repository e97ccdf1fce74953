using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Pulumirpc;
using Scalelab.Engine.Properties;
using Scalelab.Engine.State;

namespace Scalelab.Engine.Updates;

/// <summary>Reads registrations. What is asked for and not supported is refused: an option that were passed over would be a lie.</summary>
internal static partial class GoalReader
{
    public static Goal Read(RegisterResourceRequest request)
    {
        var what = $"{request.Type} '{request.Name}'";
        Refuse(request.Remote, what, "components that a provider constructs (remote)");
        Refuse(request.EnvVarMappings.Count > 0, what, "the option 'envVarMappings'");
        Refuse(request.PackageRef.Length > 0, what, "a package that was registered with parameters (packageRef)");
        Refuse(request.Hooks is { } hooks && hooks.CalculateSize() > 0, what, "the option 'hooks'");
        Refuse(request.StateMigrations.Count > 0, what, "the migration of its state (stateMigrations)");
        Refuse(request.SnippetId.Length > 0, what, "its origin in a snippet (snippetId)");
        RefusePlugin(request.PluginDownloadURL, request.PluginChecksums.Count, what);
        return new Goal
        {
            Type = request.Type.Length > 0 ? request.Type : throw new EngineException($"A resource named '{request.Name}' has no type."),
            Name = request.Name.Length > 0 ? request.Name : throw new EngineException($"A resource of type {request.Type} has no name."),
            Custom = request.Custom,
            Parent = OptionalUrn(request.Parent),
            Inputs = Inputs(request),
            Protect = request.Protect,
            Dependencies = Urns(request.Dependencies),
            PropertyDependencies = PropertyDependencies(request),
            Provider = Provider(request.Provider, what),
            Version = request.Version,
            DeleteBeforeReplace = request.DeleteBeforeReplaceDefined || request.DeleteBeforeReplace ? request.DeleteBeforeReplace : null,
            IgnoreChanges = Paths(request.IgnoreChanges, what, "ignoreChanges"),
            ReplaceOnChanges = Paths(request.ReplaceOnChanges, what, "replaceOnChanges"),
            AdditionalSecretOutputs = [.. request.AdditionalSecretOutputs],
            Aliases = [.. request.AliasURNs.Select(urn => Whole(urn)), .. request.Aliases.Select(Read)],
            CustomTimeouts = Timeouts(request.CustomTimeouts, what),
            RetainOnDelete = request.RetainOnDelete,
            ImportId = request.Custom ? Text(request.ImportId) : null,
            DeletedWith = OptionalUrn(request.DeletedWith),
            ReplaceWith = Urns(request.ReplaceWith),
            ReplacementTrigger = request.ReplacementTrigger is { } trigger ? WireFormat.Read(trigger) : null,
            HideDiffs = Paths(request.HideDiffs, what, "hideDiffs"),
        };
    }

    public static Goal Read(ReadResourceRequest request)
    {
        var what = $"{request.Type} '{request.Name}'";
        Refuse(request.PackageRef.Length > 0, what, "a package that was registered with parameters (packageRef)");
        RefusePlugin(request.PluginDownloadURL, request.PluginChecksums.Count, what);
        return new Goal
        {
            Type = request.Type,
            Name = request.Name,
            Custom = true,
            Parent = OptionalUrn(request.Parent),
            Inputs = WireFormat.Read(request.Properties),
            Dependencies = Urns(request.Dependencies),
            Provider = Provider(request.Provider, what),
            Version = request.Version,
            AdditionalSecretOutputs = [.. request.AdditionalSecretOutputs],
        };
    }

    public static ProviderReference? Provider(string text, string what) => text.Length == 0
        ? null
        : ProviderReference.TryParse(text, out var reference)
            ? reference
            : throw new EngineException($"{what} names '{text}' as its provider, which is not a provider's URN and id.");

    /// <summary>A duration as Go writes it: <c>90s</c>, <c>5m</c>, <c>1h30m</c>.</summary>
    public static TimeSpan? Duration(string text, string what)
    {
        if (text.Length == 0)
        {
            return null;
        }

        var match = GoDuration().Match(text);
        if (!match.Success)
        {
            throw new EngineException($"{what}: '{text}' in 'customTimeouts' is not a duration. Write for example 90s, 5m or 1h30m.");
        }

        // Summed up as seconds: a nanosecond, which SDKs count in, is less than the shortest TimeSpan.
        return TimeSpan.FromSeconds(match.Groups["number"].Captures.Zip(match.Groups["unit"].Captures)
            .Sum(part => double.Parse(part.First.ValueSpan, CultureInfo.InvariantCulture) * part.Second.Value switch
            {
                "h" => 3600,
                "m" => 60,
                "s" => 1,
                "ms" => 1e-3,
                "ns" => 1e-9,
                _ => 1e-6,
            }));
    }

    public static void RefusePlugin(string downloadUrl, int checksums, string what)
    {
        Refuse(downloadUrl.Length > 0, what, "the option 'pluginDownloadURL' (providers are built in)");
        Refuse(checksums > 0, what, "the option 'pluginChecksums' (providers are built in)");
    }

    // A provider's record says of which version of its package it is.
    private static PropertyMap Inputs(RegisterResourceRequest request)
    {
        var inputs = WireFormat.Read(request.Object);
        return ProviderReference.IsProviderType(request.Type) && request.Version.Length > 0 ? inputs.With("version", request.Version) : inputs;
    }

    private static void Refuse(bool present, string what, string option)
    {
        if (present)
        {
            throw new EngineException($"{what}: {option} is not supported by the embedded engine. Leave it out, or run the program with the Pulumi CLI.");
        }
    }

    private static Alias Read(Pulumirpc.Alias alias) => alias.AliasCase == Pulumirpc.Alias.AliasOneofCase.Urn
        ? Whole(alias.Urn)
        : new Alias(
            Urn: null,
            Text(alias.Spec.Name),
            Text(alias.Spec.Type),
            Text(alias.Spec.Stack),
            Text(alias.Spec.Project),
            OptionalUrn(alias.Spec.ParentUrn),
            alias.Spec.NoParent);

    private static Alias Whole(string urn) => new(OptionalUrn(urn), Name: null, Type: null, Stack: null, Project: null, Parent: null, NoParent: false);

    private static string? Text(string text) => text.Length > 0 ? text : null;

    private static Urn? OptionalUrn(string text) => text.Length == 0 ? null : ParseUrn(text);

    public static ImmutableArray<Urn> Urns(IEnumerable<string> texts) => [.. texts.Distinct().Select(ParseUrn)];

    private static Urn ParseUrn(string text) => Urn.TryParse(text, out var urn) ? urn : throw new EngineException($"The program sent '{text}', which is not a URN.");

    // Without dependencies by property, every input may depend on everything: what an SDK that knows nothing finer means.
    private static ImmutableSortedDictionary<string, ImmutableArray<Urn>> PropertyDependencies(RegisterResourceRequest request) =>
        request.PropertyDependencies.Count > 0 || request.Dependencies.Count == 0 || request.Object is null
            ? request.PropertyDependencies
                .Where(dependency => dependency.Value.Urns.Count > 0)
                .ToImmutableSortedDictionary(dependency => dependency.Key, dependency => Urns(dependency.Value.Urns), StringComparer.Ordinal)
            : request.Object.Fields.ToImmutableSortedDictionary(field => field.Key, _ => Urns(request.Dependencies), StringComparer.Ordinal);

    private static ImmutableArray<PropertyPath> Paths(IEnumerable<string> texts, string what, string option)
    {
        try
        {
            return [.. texts.Select(PropertyPath.Parse)];
        }
        catch (FormatException e)
        {
            throw new EngineException($"{what}: the option '{option}': {e.Message}", e);
        }
    }

    private static CustomTimeouts? Timeouts(RegisterResourceRequest.Types.CustomTimeouts? timeouts, string what)
    {
        if (timeouts is null)
        {
            return null;
        }

        var read = new CustomTimeouts(Duration(timeouts.Create, what), Duration(timeouts.Update, what), Duration(timeouts.Delete, what)) { Read = Duration(timeouts.Read, what) };
        return read is { Create: null, Update: null, Delete: null, Read: null } ? null : read;
    }

    [GeneratedRegex(@"^(?:(?<number>[0-9]+(?:\.[0-9]+)?)(?<unit>h|ms|m|s|us|µs|ns))+$")]
    private static partial Regex GoDuration();
}
