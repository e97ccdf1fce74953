namespace Scalelab.Engine.Events;

/// <summary>What is done to one resource.</summary>
public enum StepKind
{
    /// <summary>Nothing: the resource is as the program wants it.</summary>
    Same,
    Create,
    Update,

    /// <summary>A new resource takes the place of the old one. The old one's removal is reported as a step of its own.</summary>
    Replace,

    /// <summary>The old half of a replacement is removed, before or after the new one is there.</summary>
    DeleteReplaced,
    Delete,

    /// <summary>A resource that somebody else manages is looked up.</summary>
    Read,

    /// <summary>A resource that exists already is taken over; what it lacks is an update of its own.</summary>
    Import,

    /// <summary>What the resource really is was taken into the state: it had changed behind the program's back.</summary>
    Refresh,

    /// <summary>The resource is gone, and so is its record now.</summary>
    Forget,
}
