namespace Pulumi;

/// <summary>A resource of which only the identity is known, because the engine named it.</summary>
internal sealed class DependencyResource : CustomResource
{
    public DependencyResource(string urn, string? id = null)
    {
        Urn = new Output<string>(OutputData<string>.Known(urn) with { Resources = [this] });
        Id = new Output<string>(new OutputData<string>([this], id ?? "", !string.IsNullOrEmpty(id), IsSecret: false));
    }
}
