using Pulumirpc;
using Scalelab.Engine.State;

namespace Scalelab.Engine.Updates;

/// <summary>What came of a registration.</summary>
/// <param name="State">The resource as it is now; where it was not made, its name only.</param>
/// <param name="Result">Whether it failed, or was left out because something that it needs had failed: both only where an update goes on after errors.</param>
/// <param name="IsUnknown">It was left out by the choice of targets: nothing is known of it.</param>
internal sealed record Registered(ResourceState State, Result Result = Result.Success, bool IsUnknown = false);
