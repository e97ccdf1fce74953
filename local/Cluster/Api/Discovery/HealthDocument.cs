using System.Text;
using Microsoft.AspNetCore.Http;
using Scalelab.Cluster.Api.Http;

namespace Scalelab.Cluster.Api.Discovery;

/// <summary>/healthz, /livez and /readyz, with <c>?verbose</c>, <c>?exclude=</c> and the single checks below them.</summary>
internal static class HealthDocument
{
    private static readonly string[] Checks = ["ping", "log", "etcd"];

    /// <summary>The endpoint and the single check that a path names; null for other paths.</summary>
    public static (string Endpoint, string? Check)? Find(string path)
    {
        var parts = path.Split('/');
        if (parts.Length is < 2 or > 3 || parts[1] is not ("healthz" or "livez" or "readyz"))
        {
            return null;
        }

        return parts.Length == 2 ? (parts[1], null) : Names(parts[1]).Contains(parts[2]) ? (parts[1], parts[2]) : null;
    }

    public static Task WriteAsync(HttpContext context, (string Endpoint, string? Check) target, bool ready)
    {
        var failing = target.Endpoint == "readyz" && !ready;
        if (target.Check is { } single)
        {
            return Answer.TextAsync(context, failing && single == "shutdown" ? 500 : 200, "ok");
        }

        var verbose = context.Request.Query.ContainsKey("verbose");
        if (!verbose && !failing)
        {
            return Answer.TextAsync(context, 200, "ok");
        }

        var excluded = context.Request.Query["exclude"];
        var text = new StringBuilder();
        foreach (var name in Names(target.Endpoint))
        {
            text.Append(excluded.Contains(name)
                ? $"[+]{name} excluded: ok\n"
                : failing && name == "informer-sync" ? $"[-]{name} failed: reason withheld\n" : $"[+]{name} ok\n");
        }

        text.Append(target.Endpoint).Append(failing ? " check failed\n" : " check passed\n");
        return Answer.TextAsync(context, failing ? 500 : 200, text.ToString());
    }

    private static string[] Names(string endpoint) => endpoint == "readyz" ? [.. Checks, "informer-sync", "shutdown"] : Checks;
}
