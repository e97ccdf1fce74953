using System.Text.Json.Nodes;

namespace Scalelab.Cluster.Api.Kinds;

/// <summary>The rules for probes and lifecycle hooks.</summary>
internal static class ProbeRules
{
    private static readonly (string Name, RuleSet Rules)[] ProbeHandlers =
    [
        ("exec", Exec()),
        ("httpGet", HttpGet()),
        ("tcpSocket", new RuleSet { { "port", PortRules.NumberOrName } }),
        ("grpc", new RuleSet { { "port", Checks.Port } }),
    ];

    private static readonly (string Name, RuleSet Rules)[] HookHandlers =
    [
        ("exec", Exec()),
        ("httpGet", HttpGet()),
        ("tcpSocket", new RuleSet { { "port", PortRules.NumberOrName } }),
        ("sleep", new RuleSet { { "seconds", SleepSeconds } }),
    ];

    private static readonly RuleSet Settings = new()
    {
        { place => OneHandler(place, ProbeHandlers) },
        { "initialDelaySeconds", Checks.NotNegative },
        { "timeoutSeconds", Checks.NotNegative },
        { "periodSeconds", Checks.NotNegative },
        { "successThreshold", Checks.NotNegative },
        { "failureThreshold", Checks.NotNegative },
        { "terminationGracePeriodSeconds", PositiveGrace },
    };

    public static RuleSet Lifecycle { get; } = new()
    {
        { "postStart", Hook },
        { "preStop", Hook },
    };

    public static void Probe(Place place)
    {
        if (place.Value is JsonObject)
        {
            Settings.Check(place);
        }
    }

    /// <summary>A probe whose first success counts: liveness and startup.</summary>
    public static void OnceProbe(Place place)
    {
        Probe(place);
        var threshold = place.Field("successThreshold");
        if (place.Value is JsonObject && threshold.Number != 1 && threshold.Number >= 0)
        {
            place.Errors.Invalid(threshold.Path, threshold.Value, "must be 1");
        }
    }

    private static void Hook(Place place)
    {
        if (place.Value is JsonObject)
        {
            OneHandler(place, HookHandlers);
        }
    }

    private static void OneHandler(Place place, (string Name, RuleSet Rules)[] handlers)
    {
        var found = 0;
        foreach (var (name, rules) in handlers)
        {
            var at = place.Field(name);
            if (at.Value is null)
            {
                continue;
            }

            if (found++ > 0)
            {
                place.Errors.Forbidden(at.Path, "may not specify more than 1 handler type");
            }
            else
            {
                rules.Check(at);
            }
        }

        if (found == 0)
        {
            place.Errors.Required(place.Path, "must specify a handler type");
        }
    }

    private static RuleSet Exec() => new() { { "command", Checks.Required } };

    private static RuleSet HttpGet() => new()
    {
        { "path", Checks.Required },
        { "port", PortRules.NumberOrName },
        { "scheme", Checks.OneOf("HTTP", "HTTPS") },
        { "httpHeaders", Checks.Each(new RuleSet { { "name", Checks.Required } }) },
    };

    private static void SleepSeconds(Place place)
    {
        var template = place.Root.Struct("spec", "template", "spec") ?? place.Root.Struct("spec");
        var grace = template.Number("terminationGracePeriodSeconds");
        if (place.Number < 0 || place.Number > grace)
        {
            place.Errors.Invalid(place.Path, place.Value, $"must be non-negative and less than terminationGracePeriodSeconds ({grace})");
        }
    }

    private static void PositiveGrace(Place place)
    {
        if (place.Value is not null && place.Number <= 0)
        {
            place.Errors.Invalid(place.Path, place.Value, "must be greater than 0");
        }
    }
}
