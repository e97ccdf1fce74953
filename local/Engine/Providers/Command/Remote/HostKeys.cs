using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Scalelab.Engine.Providers.Command.Remote;

/// <summary>
/// The keys by which a machine proves that it is the one that is meant: the connection's <c>hostKey</c>, or else what
/// <c>~/.ssh/known_hosts</c> and <c>/etc/ssh/ssh_known_hosts</c> hold. A machine that neither names is refused.
/// </summary>
internal sealed class HostKeys
{
    private readonly List<(string Type, byte[] Key)> _trusted = [];
    private readonly HashSet<string> _revoked = [];
    private readonly string _source;

    /// <exception cref="ProviderException"><c>hostKey</c> is no key.</exception>
    public HostKeys(ConnectionSettings settings, ProviderContext context)
    {
        if (settings.HostKey is { } given)
        {
            _source = "'hostKey'";
            _trusted.Add(Parse(given.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
                ?? throw new ProviderException("The connection's 'hostKey' is no public key. Write it as known_hosts does: its type, a blank, and the key: ssh-ed25519 AAAA…"));
            return;
        }

        var home = context.Variable("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var own = Path.Combine(home, ".ssh", "known_hosts");
        _source = own;
        foreach (var file in new[] { own, "/etc/ssh/ssh_known_hosts" }.Where(File.Exists))
        {
            Read(file, settings.Port == 22 ? settings.Host : $"[{settings.Host}]:{settings.Port}");
        }
    }

    /// <summary>The types of the keys that are trusted; empty when none is.</summary>
    public IReadOnlyCollection<string> Types => [.. _trusted.Select(key => key.Type)];

    /// <summary>Why a key that a machine shows is not trusted; null when it is.</summary>
    public string? Refuse(string host, byte[] key)
    {
        var fingerprint = $"SHA256:{Convert.ToBase64String(SHA256.HashData(key)).TrimEnd('=')}";
        if (_revoked.Contains(Convert.ToBase64String(key)))
        {
            return $"The key of {host}, {fingerprint}, is marked as revoked in {_source}.";
        }

        if (_trusted.Exists(trusted => trusted.Key.AsSpan().SequenceEqual(key)))
        {
            return null;
        }

        return _trusted.Count > 0
            ? $"{host} shows the key {fingerprint}, and {_source} has another one. Either it is another machine, or it was set up anew; if you know that it was, put its new key in the place of the old one."
            : $"{host} shows the key {fingerprint}, which nobody vouches for. If that is the machine's, set the connection's 'hostKey' to \"{TypeOf(key)} {Convert.ToBase64String(key)}\", or add it to {_source} with ssh-keyscan.";
    }

    private void Read(string file, string host)
    {
        foreach (var line in File.ReadLines(file).Select(line => line.Trim()).Where(line => line.Length > 0 && line[0] != '#'))
        {
            var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            var marker = words[0].StartsWith('@') ? words[0] : null;
            words = marker is null ? words : words[1..];
            if (words.Length < 3 || !Names(words[0], host) || Parse(words[1..]) is not { } key)
            {
                continue;
            }

            switch (marker)
            {
                case null:
                    _trusted.Add(key);
                    break;
                case "@revoked":
                    _revoked.Add(Convert.ToBase64String(key.Key));
                    break;
            }
        }
    }

    // Hosts are patterns, or a hash of the one host: |1|salt|HMAC-SHA1.
    private static bool Names(string hosts, string host)
    {
        if (hosts.StartsWith("|1|", StringComparison.Ordinal))
        {
            try
            {
                var parts = hosts.Split('|');
                // The hash is known_hosts' own, and hides names from readers; nothing rests on its strength.
#pragma warning disable CA5350
                return parts.Length == 4 && HMACSHA1.HashData(Convert.FromBase64String(parts[2]), Encoding.UTF8.GetBytes(host)).AsSpan().SequenceEqual(Convert.FromBase64String(parts[3]));
#pragma warning restore CA5350
            }
            catch (FormatException)
            {
                return false;
            }
        }

        var patterns = hosts.Split(',');
        return patterns.Any(pattern => pattern[..1] != "!" && Fits(pattern, host)) && !patterns.Any(pattern => pattern.StartsWith('!') && Fits(pattern[1..], host));
    }

    private static bool Fits(string pattern, string host) => Regex.IsMatch(
        host, $"^{Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal)}$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    private static (string Type, byte[] Key)? Parse(string[] words)
    {
        try
        {
            return words is [var type, var text, ..] && Convert.FromBase64String(text) is { Length: > 4 } key && TypeOf(key) == type ? (type, key) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    // A key begins with its type: four bytes of length, then the text.
    private static string TypeOf(byte[] key)
    {
        var length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(key);
        return length > 0 && length <= key.Length - 4 ? Encoding.ASCII.GetString(key, 4, length) : "";
    }
}
