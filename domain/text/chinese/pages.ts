/** What the pages say that the gateway makes itself. */
export const PAGES = {
  'Sign in': '登录',
  Token: '令牌',
  'This is not a token that is in force.': '此令牌无效或已失效。',
  'On the control machine {command} makes one.': '在控制机上运行 {command} 即可生成令牌。',
  'Signed in already, and led here by another page?': '已经登录，是从其他页面转到这里的？',
  'Go on': '继续',
  'Deploys the newest configuration.': '按最新的配置进行部署。',
  'Restarts the instances named below.': '重启下列组件实例。',
  'Stops the instances named below, until a restart or a deploy starts them.':
    '停止下列组件实例，直到重启或部署再次启动它们。',
  'Looks at all nodes and says what a deploy would do. Changes nothing.':
    '查看所有节点，说明部署会做什么；不作任何更改。',
  'Shows the password of the Cloud Foundry admin; local.log records that it was shown.':
    '显示 Cloud Foundry 管理员的密码；显示一事会记入 local.log。',
} as const;
