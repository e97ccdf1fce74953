using System.Collections.Immutable;
using Scalelab.Policy.Protocol;

namespace Scalelab.Policy.Framework;

/// <summary>A resource as the engine shows it to rules.</summary>
/// <param name="Urn">Names it among all.</param>
/// <param name="Type">Its type token, as <c>kubernetes:apps/v1:Deployment</c>.</param>
/// <param name="Name">What the program calls it.</param>
/// <param name="Properties">What the program declares, after the provider's check. Of a resource that this update does not register, what it came out as.</param>
/// <param name="IsDeclared">Whether <paramref name="Properties"/> are the declared ones: a value that is there was then written by somebody.</param>
internal sealed record Resource(string Urn, string Type, string Name, Property Properties, bool IsDeclared)
{
    /// <summary>Properties, as paths, whose changes the program tells the engine to leave alone.</summary>
    public ImmutableArray<string> IgnoreChanges { get; init; } = [];

    public static Resource Of(AnalyzeRequest request) => new(request.Urn, request.Type, request.Name, Property.Of(request.Properties), IsDeclared: true)
    {
        IgnoreChanges = [.. request.Options?.IgnoreChanges ?? []],
    };

    public static Resource Of(AnalyzerResource resource) => new(resource.Urn, resource.Type, resource.Name, Property.Of(resource.Properties), IsDeclared: false)
    {
        IgnoreChanges = [.. resource.Options?.IgnoreChanges ?? []],
    };
}
