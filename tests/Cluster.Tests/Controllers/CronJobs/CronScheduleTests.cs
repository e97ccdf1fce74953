using System.Globalization;
using Scalelab.Cluster.Controllers.CronJobs;

namespace Scalelab.Cluster.Tests.Controllers.CronJobs;

public sealed class CronScheduleTests
{
    [Theory]
    [InlineData("*/15 * * * *", "2026-01-02T03:04:05Z", "2026-01-02T03:15:00Z")]
    [InlineData("0 3 * * *", "2026-01-02T03:00:00Z", "2026-01-03T03:00:00Z")]
    [InlineData("@hourly", "2026-01-02T23:30:00Z", "2026-01-03T00:00:00Z")]
    [InlineData("30 4 1,15 * 5", "2026-01-02T05:00:00Z", "2026-01-09T04:30:00Z")]
    [InlineData("0 0 29 feb *", "2026-01-02T05:00:00Z", "2028-02-29T00:00:00Z")]
    [InlineData("5-10/5 22 * * mon-fri", "2026-01-02T22:05:00Z", "2026-01-02T22:10:00Z")]
    [InlineData("0 12 * * 7", "2026-01-02T00:00:00Z", "2026-01-04T12:00:00Z")]
    public void After_Schedule_GivesItsNextTime(string text, string time, string expected)
    {
        Assert.True(CronSchedule.TryParse(text, out var schedule, out var problem), problem);
        Assert.Equal(Time(expected), schedule!.After(Time(time), TimeZoneInfo.Utc));
    }

    [Fact]
    public void After_DayThatNeverComes_GivesNothing()
    {
        Assert.True(CronSchedule.TryParse("0 0 31 2 *", out var schedule, out _));
        Assert.Null(schedule!.After(Time("2026-01-02T00:00:00Z"), TimeZoneInfo.Utc));
    }

    [Fact]
    public void After_InAZone_ReadsTheFieldsThere()
    {
        Assert.True(CronSchedule.TryParse("0 9 * * *", out var schedule, out _));
        var zone = TimeZoneInfo.CreateCustomTimeZone("two", TimeSpan.FromHours(2), "two", "two");
        Assert.Equal(Time("2026-01-02T07:00:00Z"), schedule!.After(Time("2026-01-02T00:00:00Z"), zone));
    }

    [Theory]
    [InlineData("", "empty spec string")]
    [InlineData("* * *", "expected exactly 5 fields, found 3: [* * *]")]
    [InlineData("@sometimes", "unrecognized descriptor: @sometimes")]
    [InlineData("60 * * * *", "end of range (60) above maximum (59): 60")]
    [InlineData("* * 0 * *", "beginning of range (0) below minimum (1): 0")]
    [InlineData("5-2 * * * *", "beginning of range (5) beyond end of range (2): 5-2")]
    [InlineData("*/0 * * * *", "step of range should be a positive number: */0")]
    [InlineData("x * * * *", "failed to parse int from x: strconv.Atoi: parsing \"x\": invalid syntax")]
    public void TryParse_BadSchedule_SaysWhy(string text, string expected)
    {
        Assert.False(CronSchedule.TryParse(text, out _, out var problem));
        Assert.Equal(expected, problem);
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
