using Scalelab.Engine.Providers;
using Scalelab.Engine.Providers.Command.Remote;
using Scalelab.Engine.Tests.Support;

namespace Scalelab.Engine.Tests.Providers.Command.Remote;

public sealed class HostKeysTests : IDisposable
{
    private const string Key = "AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("node-0 ssh-ed25519 " + Key, 22, true)]
    [InlineData("node-1 ssh-ed25519 " + Key, 22, false)]
    [InlineData("node-0 ssh-ed25519 " + Key, 2222, false)]
    [InlineData("[node-0]:2222 ssh-ed25519 " + Key, 2222, true)]
    [InlineData("node-1,node-* ssh-ed25519 " + Key, 22, true)]
    [InlineData("node-*,!node-0 ssh-ed25519 " + Key, 22, false)]
    [InlineData("# node-0 ssh-ed25519 " + Key, 22, false)]
    [InlineData("@revoked node-0 ssh-ed25519 " + Key, 22, false)]
    [InlineData("@cert-authority node-0 ssh-ed25519 " + Key, 22, false)]
    [InlineData("node-0 ssh-rsa " + Key, 22, false)]
    [InlineData("|1|AAAAAAAAAAAAAAAAAAAAAAAAAAA=|UhvZE6Lhe2UfJm07OFfJ1EmOFG0= ssh-ed25519 " + Key, 22, false)]
    public void Refuse_KeyThatKnownHostsHolds_IsTrustedForItsHostOnly(string line, int port, bool trusted)
    {
        _folder.File(".ssh/known_hosts", line + "\n");

        Assert.Equal(trusted, Keys(port).Refuse("node-0", Convert.FromBase64String(Key)) is null);
    }

    [Fact]
    public void Refuse_HashedHost_IsFound()
    {
        var salt = new byte[20];
#pragma warning disable CA5350 // What known_hosts uses.
        var hash = System.Security.Cryptography.HMACSHA1.HashData(salt, "node-0"u8);
#pragma warning restore CA5350
        _folder.File(".ssh/known_hosts", $"|1|{Convert.ToBase64String(salt)}|{Convert.ToBase64String(hash)} ssh-ed25519 {Key}\n");

        Assert.Null(Keys(22).Refuse("node-0", Convert.FromBase64String(Key)));
    }

    private HostKeys Keys(int port) => new(
        ConnectionSettings.Read(TestStack.Map(("host", "node-0"), ("port", port)), Context()), Context());

    private ProviderContext Context() => new(TimeProvider.System, _folder.Path, new Dictionary<string, string> { ["HOME"] = _folder.Path }, new EventLog());
}
