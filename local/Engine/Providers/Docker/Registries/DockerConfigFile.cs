using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Docker.DotNet.Models;

namespace Scalelab.Engine.Providers.Docker.Registries;

/// <summary>
/// The credentials that <c>docker login</c> keeps: in <c>config.json</c> itself, or with the helper programs that it names.
/// <c>DOCKER_CONFIG</c> names its folder; the default is <c>.docker</c> in the home folder.
/// </summary>
internal sealed class DockerConfigFile
{
    private readonly ProviderContext _context;
    private readonly string _path;
    private readonly JsonObject _content;

    private DockerConfigFile(ProviderContext context, string path, JsonObject content)
    {
        _context = context;
        _path = path;
        _content = content;
    }

    /// <summary>The folder of Docker's client: its settings and its contexts.</summary>
    public static string FolderOf(ProviderContext context) =>
        context.Variable("DOCKER_CONFIG") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".docker");

    /// <summary>Reads the file; one that is not there holds nothing.</summary>
    /// <exception cref="ProviderException">It cannot be read.</exception>
    public static DockerConfigFile Load(ProviderContext context)
    {
        var path = Path.Combine(FolderOf(context), "config.json");
        return File.Exists(path) ? Load(path, context) : new DockerConfigFile(context, path, []);
    }

    /// <summary>Reads a file of that form that somebody named.</summary>
    /// <exception cref="ProviderException">It cannot be read.</exception>
    public static DockerConfigFile Load(string path, ProviderContext context)
    {
        try
        {
            return Parse(path, File.ReadAllText(path), context);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ProviderException($"Docker's settings {path} cannot be read: {e.Message} Correct the file, or run 'docker login' to write it anew.", e);
        }
    }

    /// <param name="source">Where the text comes from, for messages.</param>
    /// <param name="text">What such a file holds.</param>
    /// <param name="context">The surroundings.</param>
    /// <exception cref="ProviderException">It is not of that form.</exception>
    public static DockerConfigFile Parse(string source, string text, ProviderContext context)
    {
        try
        {
            return new DockerConfigFile(context, source, JsonNode.Parse(text) as JsonObject ?? throw new JsonException("it is not an object."));
        }
        catch (JsonException e)
        {
            throw new ProviderException($"Docker's settings {source} cannot be read: {e.Message} Correct the file, or run 'docker login' to write it anew.", e);
        }
    }

    /// <summary>The context that <c>docker context use</c> chose; null where it chose none.</summary>
    public string? CurrentContext => _content["currentContext"]?.GetValue<string>();

    /// <summary>The credentials for a registry; null where there are none.</summary>
    /// <param name="server">As <see cref="ImageName.ServerOf"/> names it.</param>
    /// <param name="cancellationToken">Ends the helper.</param>
    public async Task<AuthConfig?> FindAsync(string server, CancellationToken cancellationToken)
    {
        var host = ImageName.HostOf(server);
        var helper = Helpers.Where(pair => pair.Key == server || ImageName.HostOf(pair.Key) == host).Select(pair => pair.Value).FirstOrDefault() ?? Store;
        if (helper is not null && await CredentialHelper.GetAsync(helper, server, _path, _context, cancellationToken) is { } kept)
        {
            return kept;
        }

        return Entries
            .Where(entry => entry.Key == server || ImageName.ServerOf(entry.Key) == server)
            .Select(entry => Read(server, entry.Value))
            .FirstOrDefault(auth => auth is not null);
    }

    /// <summary>All credentials, by server: a build may need any of them for its base images.</summary>
    public async Task<Dictionary<string, AuthConfig>> AllAsync(CancellationToken cancellationToken)
    {
        var all = new Dictionary<string, AuthConfig>();
        foreach (var server in Entries.Select(entry => entry.Key).Concat(Helpers.Keys).Distinct())
        {
            if (await FindAsync(ImageName.ServerOf(server), cancellationToken) is { } auth)
            {
                all[server] = auth;
            }
        }

        return all;
    }

    private string? Store => _content["credsStore"] is JsonValue value && value.TryGetValue<string>(out var name) && name.Length > 0 ? name : null;

    private Dictionary<string, string> Helpers => (_content["credHelpers"] as JsonObject ?? [])
        .Where(pair => pair.Value is JsonValue)
        .ToDictionary(pair => pair.Key, pair => pair.Value!.GetValue<string>());

    private IEnumerable<(string Key, JsonObject Value)> Entries =>
        (_content["auths"] as JsonObject ?? []).Select(pair => (pair.Key, pair.Value as JsonObject ?? []));

    private AuthConfig? Read(string server, JsonObject entry)
    {
        var auth = new AuthConfig
        {
            ServerAddress = server,
            Username = (string?)entry["username"],
            Password = (string?)entry["password"],
            IdentityToken = (string?)entry["identitytoken"],
            RegistryToken = (string?)entry["registrytoken"],
        };
        if ((string?)entry["auth"] is { Length: > 0 } encoded)
        {
            try
            {
                if (Encoding.UTF8.GetString(Convert.FromBase64String(encoded)).Split(':', 2) is [var user, var password])
                {
                    (auth.Username, auth.Password) = (user, password.TrimEnd('\0'));
                }
            }
            catch (FormatException e)
            {
                throw new ProviderException($"Docker's settings {_path}: what stands under auths, {server}, is no credential. Run 'docker login {server}' to write it anew.", e);
            }
        }

        return auth.Username is { Length: > 0 } || auth.IdentityToken is not null || auth.RegistryToken is not null ? auth : null;
    }
}
