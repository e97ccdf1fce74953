using Scalelab.Engine.Properties;

namespace Scalelab.Engine.Providers.Command;

/// <summary>Pulumi's command package.</summary>
internal sealed class CommandProviderFactory : IProviderFactory
{
    public string Package => "command";

    public string? WhyNoDefault => null;

    public IReadOnlyList<CheckFailure> CheckConfig(PropertyMap config) =>
        [.. config.Keys.Where(key => key != "version").Select(key => new CheckFailure(key, "the command provider has no such setting; leave it out."))];

    // Nothing to configure, nothing to differ in; the version only names the package that the program was compiled with.
    public DiffResult DiffConfig(PropertyMap oldConfig, PropertyMap newConfig) => DiffResult.Compare(oldConfig, newConfig);

    public IProvider Create(PropertyMap config, ProviderContext context) => new CommandProvider(context);
}
