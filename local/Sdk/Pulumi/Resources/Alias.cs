namespace Pulumi;

/// <summary>An identity that a resource had before: either a whole URN, or what differs from the present one.</summary>
public sealed class Alias
{
    public string? Urn { get; set; }

    public Input<string>? Name { get; set; }

    public Input<string>? Type { get; set; }

    public Input<string>? Stack { get; set; }

    public Input<string>? Project { get; set; }

    public Resource? Parent { get; set; }

    public Input<string>? ParentUrn { get; set; }

    /// <summary>It had no parent but the stack.</summary>
    public bool NoParent { get; set; }

    /// <exception cref="ArgumentException">Properties are given that exclude each other.</exception>
    internal async Task<Pulumirpc.Alias> ToMessageAsync()
    {
        if (Urn != null)
        {
            return Name != null || Type != null || Stack != null || Project != null || Parent != null || ParentUrn != null || NoParent
                ? throw new ArgumentException("An Alias with a Urn must not have other properties: the URN says it all.")
                : new Pulumirpc.Alias { Urn = Urn };
        }

        if ((Parent != null ? 1 : 0) + (ParentUrn != null ? 1 : 0) + (NoParent ? 1 : 0) > 1)
        {
            throw new ArgumentException("Give an Alias only one of Parent, ParentUrn and NoParent.");
        }

        var spec = new Pulumirpc.Alias.Types.Spec
        {
            Name = await ResolveAsync(Name).ConfigureAwait(false),
            Type = await ResolveAsync(Type).ConfigureAwait(false),
            Stack = await ResolveAsync(Stack).ConfigureAwait(false),
            Project = await ResolveAsync(Project).ConfigureAwait(false),
        };
        var parent = await ResolveAsync(Parent != null ? Parent.Urn : ParentUrn).ConfigureAwait(false);
        if (parent != "")
        {
            spec.ParentUrn = parent;
        }
        else if (Parent == null && ParentUrn == null)
        {
            spec.NoParent = NoParent;
        }

        return new Pulumirpc.Alias { Spec = spec };
    }

    private static Task<string> ResolveAsync(Input<string>? input)
        => input == null ? Task.FromResult("") : input.ToOutput().GetValueAsync(whenUnknown: "");
}
