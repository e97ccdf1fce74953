using System.Text.Json.Nodes;
using Scalelab.Engine.Projects;

namespace Scalelab.Engine.Secrets;

/// <summary>Finds the manager that a stack file or a state file asks for. One file's manager is made once: deriving a key takes a while.</summary>
/// <param name="stateFolder">Where the desk's key lies.</param>
/// <param name="variable">Looks an environment variable up; null when it is not set.</param>
internal sealed class SecretsProviders(string stateFolder, Func<string, string?> variable)
{
    private readonly Dictionary<string, PassphraseSecretsManager> _bySalt = [];

    public Passphrase Passphrase { get; } = new(variable);

    public DeskKeySecretsManager Desk { get; } = new(stateFolder);

    /// <summary>True to read states without their secrets.</summary>
    public bool IsBlind { get; init; }

    /// <summary>For tests and for reading: the process's own environment.</summary>
    public static SecretsProviders OfProcess(string stateFolder) => new(stateFolder, Environment.GetEnvironmentVariable);

    /// <summary>The manager of a stack; the desk's where its file asks for none.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="isReadOnly">Whether nothing may be written, not even a new salt into the stack's file.</param>
    /// <exception cref="EngineException">The file asks for one that is not supported, or a new passphrase is needed and none is given.</exception>
    public ISecretsManager OfStack(StackSettings stack, bool isReadOnly = false)
    {
        if (stack.EncryptedKey is not null || stack.SecretsProvider is not (null or "" or "default" or PassphraseSecretsManager.ProviderType))
        {
            var provider = stack.SecretsProvider ?? "a cloud's key manager";
            throw new EngineException(
                $"{stack.File}: the secrets provider '{provider}' is not supported by the embedded engine; passphrases are. Run 'pulumi stack change-secrets-provider passphrase' with the Pulumi CLI first.");
        }

        return stack switch
        {
            { EncryptionSalt: { } salt } => OfSalt(salt),
            { SecretsProvider: PassphraseSecretsManager.ProviderType } => isReadOnly ? New() : New(stack),
            _ => Desk,
        };
    }

    /// <summary>A passphrase manager with a new salt.</summary>
    /// <exception cref="EngineException">No passphrase is given.</exception>
    public PassphraseSecretsManager New()
    {
        var manager = PassphraseSecretsManager.Create(Passphrase);
        _bySalt[manager.Salt] = manager;
        return manager;
    }

    /// <summary>The manager that encrypted a state.</summary>
    /// <param name="type">What <c>secrets_providers.type</c> says.</param>
    /// <param name="state">What <c>secrets_providers.state</c> says.</param>
    /// <exception cref="FormatException">It is incomplete.</exception>
    public ISecretsManager OfState(string type, JsonObject? state) => type switch
    {
        _ when IsBlind => new BlindSecretsManager(type, state),
        DeskKeySecretsManager.ProviderType => Desk,
        PassphraseSecretsManager.ProviderType when state?["salt"] is JsonValue value && value.TryGetValue(out string? salt) => OfSalt(salt),
        PassphraseSecretsManager.ProviderType => throw new FormatException("its secrets provider 'passphrase' has no 'salt'"),
        // It may hold no secret, or secrets in clear.
        _ => new UnsupportedSecretsManager(type, state),
    };

    // The salt belongs into the stack's file, where the CLI looks for it.
    private PassphraseSecretsManager New(StackSettings stack)
    {
        var manager = New();
        var file = StackFile.Open(stack.File);
        file.SetTopLevel(StackFile.EncryptionSaltKey, manager.Salt);
        file.Save();
        return manager;
    }

    private PassphraseSecretsManager OfSalt(string salt)
    {
        if (!_bySalt.TryGetValue(salt, out var manager))
        {
            _bySalt[salt] = manager = new PassphraseSecretsManager(salt, Passphrase);
        }

        return manager;
    }
}
