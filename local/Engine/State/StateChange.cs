using Scalelab.Engine.Properties;

namespace Scalelab.Engine.State;

/// <summary>
/// The smallest steps by which an update changes a state. Resources of the previous state are named by their place in it, those that the
/// update has dealt with by their place among these, so that a journal of changes says the same when it is read again.
/// </summary>
internal abstract record StateChange
{
    /// <summary>An operation began.</summary>
    internal sealed record Begin(int Operation, PendingOperation Pending) : StateChange;

    /// <summary>An operation ended, one way or the other.</summary>
    internal sealed record End(int Operation) : StateChange;

    /// <summary>A resource was dealt with.</summary>
    /// <param name="Left">The old resource that it was; null when it is new.</param>
    /// <param name="State">What it is now; null when that is what it was.</param>
    internal sealed record Take(int? Left, ResourceState? State) : StateChange;

    /// <summary>An old resource is another one now, and still to be dealt with.</summary>
    internal sealed record Swap(int Left, ResourceState State) : StateChange;

    /// <summary>An old resource is gone.</summary>
    internal sealed record Drop(int Left) : StateChange;

    /// <summary>What depends on a resource depends on it under another name.</summary>
    internal sealed record Rename(Urn Old, Urn Now) : StateChange;

    /// <summary>A resource that was dealt with got its outputs.</summary>
    internal sealed record Outputs(int Done, PropertyMap Values) : StateChange;
}
