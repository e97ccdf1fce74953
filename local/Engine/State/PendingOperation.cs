namespace Scalelab.Engine.State;

internal enum OperationType
{
    Creating,
    Updating,
    Deleting,
    Reading,
}

/// <summary>An operation that had begun when the state was written. Found at the start of an update, it was interrupted.</summary>
internal sealed record PendingOperation(ResourceState Resource, OperationType Type);
