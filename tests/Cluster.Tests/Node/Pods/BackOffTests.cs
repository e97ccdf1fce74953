using Scalelab.Cluster.Node.Pods;

namespace Scalelab.Cluster.Tests.Node.Pods;

public sealed class BackOffTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Next_EachTime_DoublesUpToFiveMinutes()
    {
        var backOff = new BackOff();
        var lengths = new List<double>();
        var now = Start;
        for (var count = 0; count < 7; count++)
        {
            backOff.Next(now, now);
            lengths.Add(backOff.Length.TotalSeconds);
            now += backOff.Length;
        }

        Assert.Equal([10, 20, 40, 80, 160, 300, 300], lengths);
    }

    [Fact]
    public void Next_AfterTenQuietMinutes_BeginsAnew()
    {
        var backOff = new BackOff();
        backOff.Next(Start, Start);
        backOff.Next(Start, Start);

        backOff.Next(Start.AddMinutes(10.1), Start.AddMinutes(10.1));

        Assert.Equal(10, backOff.Length.TotalSeconds);
    }

    [Fact]
    public void EndAfter_BeforeTheFirstWait_IsAtOnce() => Assert.Equal(Start, new BackOff().EndAfter(Start));
}
