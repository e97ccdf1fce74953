using System.Net;
using System.Net.Sockets;
using Scalelab.Cluster.Node.Pods;

namespace Scalelab.Cluster.Tests.Node.Pods;

public sealed class PodAddressesTests
{
    private const string Network = "127.251";

    [Fact]
    public void Take_AgainAndAgain_GivesEachAddressOnce()
    {
        var addresses = new PodAddresses(Network, 1);

        Assert.Equal(["127.251.1.1", "127.251.1.2", "127.251.1.3"], [addresses.Take(), addresses.Take(), addresses.Take()]);
    }

    [Fact]
    public void Take_AfterAReturn_GivesTheReturnedAddressLast()
    {
        var addresses = new PodAddresses(Network, 2);
        addresses.Return(addresses.Take()!);

        Assert.Equal("127.251.2.2", addresses.Take());
    }

    [Fact]
    public void Take_WhileAnotherProcessListensOnTheNextAddress_PassesItOver()
    {
        using var other = new TcpListener(IPAddress.Parse("127.251.3.1"), 0);
        other.Start();

        Assert.Equal("127.251.3.2", new PodAddresses(Network, 3).Take());
    }
}
