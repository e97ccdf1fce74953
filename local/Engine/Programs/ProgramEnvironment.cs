using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Scalelab.Engine.Projects;
using Scalelab.Engine.Secrets;

namespace Scalelab.Engine.Programs;

/// <summary>The variables by which Pulumi tells a program where it runs and what its configuration is.</summary>
internal static class ProgramEnvironment
{
    /// <summary>The one that stacks kept in files belong to.</summary>
    public const string Organization = "organization";

    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IReadOnlyDictionary<string, string> Create(UpdateOptions options, ResolvedConfig config, bool preview, string address) =>
        new Dictionary<string, string>(options.Environment)
        {
            ["PULUMI_MONITOR"] = address,
            ["PULUMI_ENGINE"] = address,
            ["PULUMI_ORGANIZATION"] = Organization,
            ["PULUMI_PROJECT"] = options.Project.Name,
            ["PULUMI_ROOT_DIRECTORY"] = options.Project.RootFolder,
            ["PULUMI_STACK"] = options.Stack,
            ["PULUMI_PWD"] = options.Project.ProgramFolder,
            ["PULUMI_DRY_RUN"] = preview ? "true" : "false",
            ["PULUMI_QUERY_MODE"] = "false",
            ["PULUMI_PARALLEL"] = options.Parallel.ToString(CultureInfo.InvariantCulture),
            ["PULUMI_TRACING"] = "",
            ["PULUMI_CONFIG"] = JsonSerializer.Serialize(config.Values, Relaxed),
            ["PULUMI_CONFIG_SECRET_KEYS"] = JsonSerializer.Serialize(config.SecretKeys, Relaxed),
        };
}

/// <summary>Configuration in clear, as the program gets it.</summary>
internal sealed record ResolvedConfig(IReadOnlyDictionary<string, string> Values, IReadOnlyList<string> SecretKeys)
{
    /// <summary>The values as people may see them.</summary>
    public IReadOnlyDictionary<string, string> Blinded => Values.ToDictionary(value => value.Key, value => SecretKeys.Contains(value.Key) ? "[secret]" : value.Value);

    /// <exception cref="EngineException">A secret cannot be decrypted; the message names key and file.</exception>
    public static ResolvedConfig Resolve(StackSettings settings, ISecretsManager secrets, SecretMask mask)
    {
        var values = new Dictionary<string, string>();
        foreach (var (key, value) in settings.Config)
        {
            try
            {
                values[key] = ConfigReader.Resolve(value, Decrypt);
            }
            catch (EngineException e)
            {
                throw new EngineException($"{settings.File}: '{key}': {e.Message}", e);
            }
        }

        return new ResolvedConfig(values, [.. settings.Config.Where(entry => entry.Value.IsSecret).Select(entry => entry.Key)]);

        string Decrypt(string ciphertext)
        {
            var secret = secrets.Decrypt(ciphertext);
            mask.Add(secret);
            return secret;
        }
    }
}
