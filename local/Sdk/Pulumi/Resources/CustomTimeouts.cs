namespace Pulumi;

/// <summary>How long the provider may take; the provider's own limits where left out.</summary>
public sealed class CustomTimeouts
{
    public TimeSpan? Create { get; set; }

    public TimeSpan? Update { get; set; }

    public TimeSpan? Delete { get; set; }

    internal CustomTimeouts Clone()
        => new() { Create = Create, Update = Update, Delete = Delete };

    internal Pulumirpc.RegisterResourceRequest.Types.CustomTimeouts ToMessage()
        => new() { Create = Format(Create), Update = Format(Update), Delete = Format(Delete) };

    // The engine reads durations as Go does; a tick is 100 ns.
    private static string Format(TimeSpan? time)
        => time == null ? "" : FormattableString.Invariant($"{time.Value.Ticks}00ns");
}
