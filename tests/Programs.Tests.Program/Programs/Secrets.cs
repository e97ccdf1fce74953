using System.Text;
using System.Text.Json;
using Pulumi;
using Pulumi.Kubernetes.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Core.V1;
using Pulumi.Kubernetes.Types.Inputs.Meta.V1;

namespace Scalelab.Programs.Tests.Program.Programs;

/// <summary>Credentials for a registry, made of configuration and kept secret on the way.</summary>
internal sealed class Secrets : Stack
{
    public Secrets()
    {
        var config = new Config("registry");
        var password = config.RequireSecret("password");
        var options = config.GetSecretObject<Dictionary<string, int>>("options");
        var auth = Output.Tuple(Output.Create(config.Require("user")), password).Apply(pair => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{pair.Item1}:{pair.Item2}")));
        var dockerConfig = Output.JsonSerialize(auth.Apply(value => new Dictionary<string, object>
        {
            ["auths"] = new Dictionary<string, object> { [config.Require("server")] = new { auth = value } },
        }));
        var pull = new Secret("pull", new SecretArgs
        {
            Type = "kubernetes.io/dockerconfigjson",
            StringData = { { ".dockerconfigjson", dockerConfig } },
        });
        var opaque = new Secret(
            "opaque",
            new SecretArgs
            {
                Metadata = new ObjectMetaArgs { Name = "opaque-settings" },
                Immutable = true,
                Data = { ["key"] = password.Apply(value => Convert.ToBase64String(Encoding.UTF8.GetBytes(value))) },
            },
            new CustomResourceOptions { AdditionalSecretOutputs = { "data", "stringData" } });
        PullSecret = pull.Metadata.Apply(metadata => metadata.Name);
        Password = Output.CreateSecret(password.Apply(value => value.Length)).Apply(length => $"{length} characters");
        Shown = Output.Unsecret(opaque.Metadata.Apply(metadata => metadata.Name));
        Retries = options!.Apply(values => values["retries"]);
        Parsed = Output.JsonDeserialize<JsonElement>(dockerConfig).Apply(element => element.GetProperty("auths").EnumerateObject().First().Name);
    }

    [Output]
    public Output<string> PullSecret { get; set; }

    [Output]
    public Output<string> Password { get; set; }

    [Output]
    public Output<string> Shown { get; set; }

    [Output]
    public Output<int> Retries { get; set; }

    [Output]
    public Output<string> Parsed { get; set; }
}
