using System.Globalization;
using System.Text.Json;
using Pulumi;
using Pulumi.Kubernetes.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;

namespace Scalelab.Programs.Tests.Program.Programs;

/// <summary>Configuration of every type.</summary>
internal static class Typed
{
    private static readonly JsonSerializerOptions CamelCase = new(JsonSerializerDefaults.Web);

    public static Task<int> RunAsync() => Pulumi.Deployment.RunAsync(() =>
    {
        var config = new Config("typed");
        var shape = config.RequireObject<Shape>("shape", CamelCase);
        var map = new ConfigMap("typed", new ConfigMapArgs
        {
            Data =
            {
                ["text"] = config.Require("text"),
                ["flag"] = config.RequireBoolean("flag").ToString(),
                ["count"] = config.RequireInt32("count").ToString(CultureInfo.InvariantCulture),
                ["ratio"] = config.RequireDouble("ratio").ToString(CultureInfo.InvariantCulture),
                ["absent"] = config.Get("absent") ?? "none",
                ["absentCount"] = $"{config.GetInt32("absentCount") ?? -1}",
                ["shape"] = $"{shape.Sides} {shape.Colours[^1]} {shape.Size.Width}",
            },
        });
        return new Dictionary<string, object?>
        {
            ["values"] = map.Data.Apply(data => string.Join(';', data.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"))),
            ["secretCount"] = config.GetSecretInt32("secretCount"),
            ["isPreview"] = false && Pulumi.Deployment.Instance.IsDryRun,
            ["stack"] = $"{Pulumi.Deployment.Instance.OrganizationName}/{Pulumi.Deployment.Instance.ProjectName}/{Pulumi.Deployment.Instance.StackName}",
        };
    });

    private sealed record Shape(int Sides, string[] Colours, Size Size);

    private sealed record Size(double Width);
}
