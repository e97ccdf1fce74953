using Renci.SshNet;
using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers.Command.Remote;

/// <summary>
/// <c>command:remote:CopyToRemote</c>, which copies an asset or an archive, and the older <c>command:remote:CopyFile</c>, which copies a file by its
/// path. Deleting the resource leaves the copy where it is.
/// </summary>
internal sealed class CopyToRemote(ProviderContext context, string sourceKey) : ICommandResource
{
    public const string Type = "command:remote:CopyToRemote";
    public const string FileType = "command:remote:CopyFile";

    public const string SourceKey = "source";
    public const string FileKey = "localPath";

    public IReadOnlyList<CheckFailure> Check(PropertyMap inputs) =>
    [
        .. inputs.Keys.Where(key => key is not ("connection" or "remotePath" or "triggers") && key != sourceKey).Select(key => new CheckFailure(key, "a copy has no such input; leave it out.")),
        .. ConnectionSettings.Check(inputs.Find("connection")),
        .. inputs.Find("remotePath") is UnknownValue or StringValue { Value.Length: > 0 } ? Array.Empty<CheckFailure>() : [new CheckFailure("remotePath", "is missing: say where the copy goes.")],
        .. CheckSource(inputs.Find(sourceKey)),
    ];

    public async Task<PropertyMap> CreateAsync(Urn urn, PropertyMap inputs, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var settings = ConnectionSettings.Read((PropertyMap)inputs.Find("connection")!, context);
        return await SshWork.RunAsync(
            $"The copy to {settings.Host}",
            timeout,
            context,
            async token =>
            {
                using var connection = await SshConnection<SftpClient>.OpenAsync(settings, info => new SftpClient(info), urn, context, token);
                var files = new RemoteFiles(connection.Client, context, urn, token);
                var target = inputs.FindText("remotePath")!;
                await (inputs.Find(sourceKey) is PropertyMap source ? files.CopyAsync(source, target) : files.CopyPathAsync(inputs.FindText(sourceKey)!, target));
                return inputs;
            },
            cancellationToken);
    }

    public Task<PropertyMap> UpdateAsync(Urn urn, PropertyMap old, PropertyMap inputs, TimeSpan? timeout, CancellationToken cancellationToken) =>
        // Another way to the same machine is no reason to copy again.
        Equals(old.Find(sourceKey), inputs.Find(sourceKey)) && old.FindText("remotePath") == inputs.FindText("remotePath") && sourceKey == SourceKey
            ? Task.FromResult(inputs)
            : CreateAsync(urn, inputs, timeout, cancellationToken);

    public Task DeleteAsync(Urn urn, PropertyMap outputs, PropertyMap inputs, TimeSpan? timeout, CancellationToken cancellationToken) => Task.CompletedTask;

    private IEnumerable<CheckFailure> CheckSource(PropertyValue? source) => (source, sourceKey) switch
    {
        (UnknownValue, _) => [],
        (PropertyMap map, SourceKey) when map.FindText(Signatures.Key) is Signatures.Asset or Signatures.Archive => map.FindText("uri") is { Length: > 0 }
            ? [new CheckFailure(sourceKey, "lies on the network; the embedded engine copies what is on this machine. Fetch it first, or run the program with the Pulumi CLI.")]
            : [],
        (StringValue { Value: var path }, FileKey) => File.Exists(Path.GetFullPath(path, context.WorkingDirectory))
            ? []
            : [new CheckFailure(sourceKey, $"is '{path}', and there is no such file. Relative paths start at {context.WorkingDirectory}.")],
        (_, SourceKey) => [new CheckFailure(sourceKey, "is missing: give an asset or an archive.")],
        _ => [new CheckFailure(sourceKey, "is missing: give the path of a file.")],
    };
}
