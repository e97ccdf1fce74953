namespace Scalelab.Engine.State;

/// <summary>How long a resource's operations may take; null means the provider's default.</summary>
internal sealed record CustomTimeouts(TimeSpan? Create, TimeSpan? Update, TimeSpan? Delete)
{
    public TimeSpan? Read { get; init; }
}
