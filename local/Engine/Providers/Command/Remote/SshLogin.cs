using System.Text;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace Scalelab.Engine.Providers.Command.Remote;

/// <summary>How a user proves to be the one: by key, by agent, by password, in this order.</summary>
internal static class SshLogin
{
    /// <exception cref="ProviderException">The key cannot be read.</exception>
    public static AuthenticationMethod[] Methods(ConnectionSettings settings)
    {
        var methods = new List<AuthenticationMethod>();
        if (settings.PrivateKey is { } key)
        {
            methods.Add(new PrivateKeyAuthenticationMethod(settings.User, Read(key, settings.PrivateKeyPassword)));
        }

        if (settings.AgentSocketPath is { } socket && SshAgent.Keys(socket) is { Length: > 0 } keys)
        {
            methods.Add(new PrivateKeyAuthenticationMethod(settings.User, keys));
        }

        if (settings.Password is { } password)
        {
            methods.Add(new PasswordAuthenticationMethod(settings.User, password));
            var asked = new KeyboardInteractiveAuthenticationMethod(settings.User);
            asked.AuthenticationPrompt += (_, prompts) =>
            {
                foreach (var prompt in prompts.Prompts)
                {
                    prompt.Response = password;
                }
            };
            methods.Add(asked);
        }

        return [.. methods];
    }

    private static PrivateKeyFile Read(string key, string? password)
    {
        try
        {
            // Configurations tend to lose the line break at the end, without which the key is none.
            using var stream = new MemoryStream(Encoding.UTF8.GetBytes(key.Trim() + "\n"));
            return password is null ? new PrivateKeyFile(stream) : new PrivateKeyFile(stream, password);
        }
        catch (Exception e) when (e is SshException or InvalidOperationException or FormatException or ArgumentException or NotSupportedException)
        {
            throw new ProviderException($"The connection's 'privateKey' cannot be read: {e.Message} It must be the text of a key file, and 'privateKeyPassword' what it is encrypted with.", e);
        }
    }
}
